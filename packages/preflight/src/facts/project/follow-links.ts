import type { ProjectFile } from "./project-facts.js";
import { folderOf, resolveInProject } from "./project-path.js";

/** Linux follows at most 40 symlinks. */
const maxLinks = 40;

/**
 * Where a path leads when it is a symlink itself.
 * @returns a path from the project's folder; undefined when the link leads out of the project, or in a circle.
 */
export function followLinks(files: ReadonlyMap<string, ProjectFile>, path: string): string | undefined {
  let at: string | undefined = path;
  for (let links = 0; at !== undefined && links <= maxLinks; links++) {
    const file = files.get(at);
    if (file?.kind !== "symlink") return at;
    at = resolveInProject(folderOf(at), file.linkTarget ?? "");
  }
  return undefined;
}
