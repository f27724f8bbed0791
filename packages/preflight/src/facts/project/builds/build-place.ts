import type { ProjectFile } from "#facts/project/project-facts.js";
import { baseNameOf, folderOf, foldersOf, resolveInProject } from "#facts/project/project-path.js";
import { projectPath } from "#facts/project/project-shell.js";
import type { BuildOptions, BuildWord } from "./build-words.js";

/** The Dockerfile and the context of a build, from the project's folder; undefined: nobody can know. */
export interface BuildPlace {
  readonly dockerfile: string | undefined;
  readonly context: string | undefined;
}

/** Where a build finds its files when it runs in `folder`: `-f` and the context are both relative to it. */
export function placeOf(folder: string | undefined, options: Pick<BuildOptions, "file" | "context">): BuildPlace {
  if (folder === undefined) return { dockerfile: undefined, context: undefined };
  const context = knownPath(folder, options.context);
  if (options.file !== undefined) return { dockerfile: knownPath(folder, options.file), context };
  return { dockerfile: context === undefined ? undefined : joined(context, "Dockerfile"), context };
}

/** Two paths of the project; the first may be "". */
export function joined(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}

/**
 * The folder in which a person runs a command that a script or document shows, judged by where its Dockerfile is.
 * A script starts in the project's folder, else in its own; a document's reader rather stands beside the document, and
 * may have entered a clone of the project first.
 * @param workdir as the shell reader knows it; undefined after a `cd` to an unknown place.
 */
export function standingFolder(
  files: ReadonlyMap<string, ProjectFile>,
  source: { readonly path: string; readonly isDocument: boolean },
  workdir: string | undefined,
  options: BuildOptions,
): string | undefined {
  if (workdir === undefined) return undefined;
  const inside = projectPath("", workdir);
  if (inside === undefined) return longestKnownEnd(files, workdir);
  const beside = resolveInProject(folderOf(source.path), inside) ?? inside;
  const candidates = source.isDocument ? [beside, inside, ...ends(inside)] : [inside, beside];
  const dockerfileIn = (folder: string) => placeOf(folder, options).dockerfile;
  const found = candidates.find((folder) => files.has(dockerfileIn(folder) ?? "\0"));
  if (found !== undefined || !source.isDocument) return found ?? inside;
  const name = baseNameOf(dockerfileIn(inside) ?? "");
  return [...files.keys()].some((path) => baseNameOf(path) === name) ? undefined : inside;
}

function knownPath(folder: string, word: BuildWord | undefined): string | undefined {
  if (word === undefined || !word.isKnown || word.text === "-" || /^\w+:\/\/|^git@/.test(word.text)) return undefined;
  return projectPath(folder, word.text);
}

/** `/home/me/dev/worker/docker` on somebody's machine is the project's `docker`. */
function longestKnownEnd(files: ReadonlyMap<string, ProjectFile>, workdir: string): string | undefined {
  const folders = foldersOf(files.keys());
  return ends(workdir.slice(1)).find((end) => end !== "" && folders.has(end));
}

/** `a/b/c` gives `b/c`, `c` and "". */
function ends(path: string): readonly string[] {
  if (path === "") return [];
  const parts = path.split("/").slice(0, 40);
  return parts.map((_, i) => parts.slice(i + 1).join("/"));
}
