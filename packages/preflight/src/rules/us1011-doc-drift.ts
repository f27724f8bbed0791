import { isShellFence } from "#facts/project/shell-files.js";
import type { DocumentFacts, ProjectFacts } from "#facts/project/project-facts.js";
import { baseNameOf } from "#facts/project/project-path.js";
import type { Fix, LineEdit, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ProjectRule } from "./rule.js";

/** A document tells its reader to run or read a file that is not there. */
export const docDrift: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1011",
    name: "doc-drift",
    level: "note",
    phase: "deploy",
    summary: "A command in a document names a file that the project does not have.",
    seeds: ["S22", "S92", "S122"],
    fix: "auto",
  },
  *check(project) {
    if (project.isListingCut) return;
    for (const [file, places] of absentFiles(project)) yield drifted(file, places, project);
  },
  lookedAt({ documents }) {
    const count = documents.flatMap(namedFiles).length;
    return count === 0 ? "" : `${count} files that commands in documents name`;
  },
};

/** A file that a command of a document uses. */
interface NamedFile {
  readonly file: string;
  readonly location: Location;
}

/** Each absent file once, with every place that names it. */
function absentFiles(project: ProjectFacts): ReadonlyMap<string, readonly [Location, ...Location[]]> {
  const absent = new Map<string, readonly [Location, ...Location[]]>();
  for (const document of project.documents) {
    const made = filesMadeIn(project.files.get(document.path)?.text ?? "");
    for (const { file, location } of namedFiles(document)) {
      if (made.has(baseNameOf(file)) || isThere(file, project)) continue;
      const places = absent.get(file);
      absent.set(file, places === undefined ? [location] : [...places, location]);
    }
  }
  return absent;
}

/** Commands that need the file to be there already. */
const uses =
  /^(?:[$>] )?(?:sudo )?(?:(?:python3?(?: -u)?|bash|sh|source|chmod (?:\+x|755)|pip3? install -r|docker[ -]compose -f|cat) |(?=\.\/))([\w./-]+\.(?:py|sh|txt|ya?ml|json))(?= |$)/;

/** From here on the reader stands in another place: another repository, a container, another machine. */
const leaves = /\bgit clone\b|\bssh\b|\bdocker (?:exec|run)\b|\bcd\s+["']?[~/$<]|\bkubectl\b|\bpodman (?:exec|run)\b/;

function namedFiles({ path, fences }: DocumentFacts): readonly NamedFile[] {
  const found: NamedFile[] = [];
  if (isNotes.test(path)) return found;
  for (const fence of fences.filter(isShellFence)) {
    for (const [i, line] of fence.text.split("\n").entries()) {
      if (leaves.test(line)) return found;
      const file = uses.exec(line.trim())?.[1]?.replace(/^\.\//, "");
      if (file === undefined || file.startsWith("/") || placeholder.test(file)) continue;
      found.push({ file, location: { path, line: fence.line + i } });
    }
  }
  return found;
}

/** Diaries and notes of assistants tell of files as they were; a changelog does so on purpose. */
const isNotes = /(?:^|\/)\.[^/]+\/|(?:^|\/)(?:changelog|history|journal|tasks|todo|memory)\b/i;

const placeholder = /your|example|path\/to|my_|xxx|\.\.\//i;

/** Names that the document itself brings into being: by redirection, an editor, a download, a copy, or as a heading. */
function filesMadeIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, name = ""] of text.matchAll(makes)) names.add(baseNameOf(name));
  return names;
}

const makes =
  /(?:>{1,2} ?|\b(?:nano|vim?|touch|tee|-O|-o|--output|create|save(?: (?:it|this) as)?|cp \S{1,200}|mv \S{1,200}|ln -s \S{1,200}) )[`"']?([\w./-]{1,200}\.(?:py|sh|txt|ya?ml|json))/gi;

/** A reader may stand in any folder: the end of a path is enough. */
function isThere(file: string, { files }: ProjectFacts): boolean {
  return files.has(file) || [...files.keys()].some((path) => path.endsWith(`/${file}`));
}

function drifted(file: string, places: readonly [Location, ...Location[]], project: ProjectFacts): Report {
  const [at, ...others] = places;
  const [only, second] = [...project.files.keys()].filter((path) => baseNameOf(path) === baseNameOf(file));
  const isMoved = only !== undefined && second === undefined;
  const fix = isMoved ? renamed(file, only, places, project) : undefined;
  return {
    message: `A command in this document uses ${file}, which the project does not have${isMoved ? `; ${only} is there` : ""}.`,
    remedy: isMoved ? `Write ${only}.` : `Take the command out, or add ${file}.`,
    at,
    confidence: "likely",
    evidence: others.slice(0, 8).map((location) => ({ statement: "It is named here too.", location })),
    ...(fix === undefined ? {} : { fix }),
  };
}

function renamed(file: string, to: string, places: readonly Location[], { files }: ProjectFacts): Fix | undefined {
  const edits = places.flatMap(({ path, line }): readonly LineEdit[] => {
    const written = files.get(path)?.text?.split("\n")[line - 1];
    if (written === undefined || written.split(file).length !== 2) return [];
    return [{ kind: "lines", path, startLine: line, endLine: line, lines: [written.replace(file, () => to)] }];
  });
  return edits.length === places.length ? { title: `Name ${to}`, edits } : undefined;
}
