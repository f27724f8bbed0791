import { posix } from "node:path";
import type { ProjectFile } from "#facts/project/project-facts.js";
import type { Location } from "#model/location.js";
import { patternFinder } from "./context-tree.js";
import { maxIgnoreLines, readIgnoreRules } from "./ignore-rules.js";

/** What a COPY source pattern finds. */
export interface ContextMatch {
  /** Path from the context's folder, with `/`; "" for the context itself. */
  readonly path: string;
  readonly kind: "file" | "folder" | "symlink";
}

/** What the builder would send: a folder of the project, less what `.dockerignore` names. */
export interface BuildContext {
  /** From the project's folder, with `/`; "" for the project itself. */
  readonly folder: string;
  /** How it was found; `assumed` when no build command names it. */
  readonly origin: "declared" | "build-command" | "assumed";
  /** Other folders that build commands name for the same Dockerfile. */
  readonly otherFolders: readonly string[];
  /** `.dockerignore`, or `NAME.dockerignore` beside the Dockerfile, from the project's folder. */
  readonly ignoreFile: string | undefined;
  /** The ignore file has more lines than are read. */
  readonly isIgnoreFileCut: boolean;
  /** Files of the context, by path from its folder, ignored ones left out. */
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** What a COPY/ADD source pattern (Go's filepath.Match, cleaned, never above the context) finds; empty: nothing. */
  match(pattern: string): readonly ContextMatch[];
  /** The rule of the ignore file that hides a path which is there, or undefined. */
  ignoredBy(path: string): Location | undefined;
  /** What `match` would find without the ignore file. */
  matchIgnored(pattern: string): readonly ContextMatch[];
}

/** What a build context is made from. */
export interface BuildContextOptions extends Pick<BuildContext, "folder" | "origin" | "otherFolders"> {
  /** The project's files by path. */
  readonly files: ReadonlyMap<string, ProjectFile>;
  /** From the project's folder. */
  readonly dockerfilePath: string;
}

/** Says what the builder would get of a folder. `NAME.dockerignore` beside the Dockerfile wins over `.dockerignore`. */
export function buildContext(options: BuildContextOptions): BuildContext {
  const { folder, origin, otherFolders, dockerfilePath } = options;
  const all = filesBelow(options.files, folder);
  const ignoreFile = [`${dockerfilePath}.dockerignore`, posix.join(folder, ".dockerignore")].find((path) =>
    options.files.has(path),
  );
  const ignoreText = options.files.get(ignoreFile ?? "")?.text ?? "";
  const hidingLine = readIgnoreRules(ignoreText);
  const files = new Map([...all].filter(([path]) => hidingLine(path) === undefined));
  const matchIgnored = patternFinder(all);
  return {
    folder,
    origin,
    otherFolders,
    ignoreFile,
    isIgnoreFileCut: ignoreText.trimEnd().split("\n", maxIgnoreLines + 1).length > maxIgnoreLines,
    files,
    match: patternFinder(files),
    matchIgnored,
    ignoredBy: (path) => {
      const line = ignoreFile === undefined ? undefined : hiddenAt(path);
      return ignoreFile === undefined || line === undefined ? undefined : { path: ignoreFile, line };
    },
  };

  /** A folder is hidden when nothing below it is left. */
  function hiddenAt(path: string): number | undefined {
    const clean = posix.join("/", path).replace(/\/$/u, "").slice(1);
    if (all.has(clean)) return hidingLine(clean);
    const below = [...all.keys()].filter((each) => clean === "" || each.startsWith(`${clean}/`));
    const [first] = below;
    if (first === undefined || below.some((each) => files.has(each))) return undefined;
    return hidingLine(clean) ?? hidingLine(first);
  }
}

/** Files of a folder, by path from it. */
function filesBelow(files: ReadonlyMap<string, ProjectFile>, folder: string): ReadonlyMap<string, ProjectFile> {
  if (folder === "") return files;
  const below = new Map<string, ProjectFile>();
  for (const [path, file] of files) {
    if (path.startsWith(`${folder}/`)) below.set(path.slice(folder.length + 1), file);
  }
  return below;
}
