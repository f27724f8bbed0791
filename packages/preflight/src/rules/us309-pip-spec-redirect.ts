import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ShellCommand, ShellRedirect } from "#facts/shell/script.js";
import { compareVersions, distributionName } from "#knowledge/index.js";
import type { LineEdit, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { lineAt } from "./shared/edit-word.js";
import { installsPython } from "./shared/install-command.js";

/** `pip install name>=1.3` without quotes: the shell takes `>` for a redirect and pip never sees the version. */
export const pipSpecRedirect: ImageRule = {
  scope: "image",
  meta: {
    id: "US309",
    name: "pip-spec-redirect",
    level: "warning",
    phase: "build",
    summary: "A version range of an install is not quoted, so that the shell takes it for a redirect.",
    seeds: ["S41"],
    fix: "auto",
  },
  *check(image) {
    for (const { command } of image.buildCommands) {
      if (!installsPython(command)) continue;
      const lost = command.redirects.filter(isVersion);
      const edits = editsFor(command, lost, image);
      for (const redirect of lost) yield lostVersion(redirect, command, edits.get(redirect.line), image);
    }
  },
  lookedAt: (image) => {
    const count = image.buildCommands.filter(({ command }) => installsPython(command)).length;
    return count === 0 ? "" : `${count} installs`;
  },
};

/** `>=1.3` leaves the target `=1.3`, `<2` leaves `2`; a log file starts with a letter, a dot or a slash. */
function isVersion({ operator, target }: ShellRedirect): boolean {
  return /^[<>]$/.test(operator) && /^=?\d[\w.,*!+]*$/.test(target.text);
}

function lostVersion(
  { operator, target, line }: ShellRedirect,
  command: ShellCommand,
  edit: LineEdit | undefined,
  image: ImageFacts,
): Report {
  const range = `${operator}${target.text}`;
  const distribution = nameBefore(range, line, command, image);
  const isStopped = operator === "<" && command.fate.kind === "stops";
  const kept = distribution === "torch" ? image.base?.torch : undefined;
  const isTooOld = kept !== undefined && compareVersions(kept, target.text.replace(/^=/, "")) < 0;
  return {
    message:
      operator === "<"
        ? `${isStopped ? "The build stops here" : "Nothing is installed here"}: the shell reads ${range} as a file to read from, and there is none.`
        : isTooOld
          ? `${distribution} stays at ${kept} from the base image: the shell takes ${range} for a file to write to, and pip never sees it.`
          : `The version range ${range} is lost: the shell takes it for a file and writes pip's output there.`,
    remedy: "Quote the requirement.",
    at: { path: command.location.path, line },
    level: isStopped || isTooOld ? "error" : "warning",
    confidence: isTooOld ? "likely" : "certain",
    ...(edit === undefined ? {} : { fix: { title: "Quote the version ranges", edits: [edit] } }),
  };
}

/** Distribution whose range it is, normalised. */
function nameBefore(range: string, line: number, { location }: ShellCommand, image: ImageFacts): string | undefined {
  const text = lineAt(image, { path: location.path, line }) ?? "";
  const word = wordsWithRange(text).find((each) => each.includes(range));
  const name = /^[A-Za-z0-9][\w.-]*/.exec(word ?? "")?.[0];
  return name === undefined ? undefined : distributionName(name);
}

/** One edit for each line: all lost ranges of a line are quoted at once. Code inside quotes is left alone. */
function editsFor(
  command: ShellCommand,
  lost: readonly ShellRedirect[],
  image: ImageFacts,
): ReadonlyMap<number, LineEdit> {
  const { path } = command.location;
  const edits = new Map<number, LineEdit>();
  for (const { line } of command.via.length > 0 ? [] : lost) {
    const text = lineAt(image, { path, line }) ?? "";
    if (/["']/.test(text.replaceAll(/(^|\s)(["'])[^"'\s]*\2(?=\s|$)/g, ""))) continue;
    const quoted = text.replaceAll(wordWithRange, (_, before: string, word: string) => `${before}"${word}"`);
    if (quoted !== text) edits.set(line, { kind: "lines", path, startLine: line, endLine: line, lines: [quoted] });
  }
  return edits;
}

const wordWithRange = /(^|\s)([A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?[<>]=?\d[\w.,*<>=!~+]*)(?=[\s;&|)\\]|$)/g;

function wordsWithRange(text: string): readonly string[] {
  return Array.from(text.matchAll(wordWithRange), ([, , word = ""]) => word);
}
