import { skippedFolderNames } from "#tree/source-tree.js";

/** Folder of a path from the project's folder; "" for the project itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Last part of a path. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** How many folders deep a path lies, itself counted. */
export function depthOf(path: string): number {
  return path.split("/").length;
}

/**
 * Resolves a path against a folder of the project.
 * @returns the path from the project's folder, "" for the project itself; undefined when it leads out of it.
 */
export function resolveInProject(folder: string, path: string): string | undefined {
  if (path.startsWith("/") || path.startsWith("~")) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** Every folder that holds a file, however deep; "" among them. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set([""]);
  for (const path of paths) {
    for (let folder = folderOf(path); !folders.has(folder); folder = folderOf(folder)) folders.add(folder);
  }
  return folders;
}

/** Whether the listing of a folder would show a path: `.git`, `node_modules` and the like are not entered. */
export function isListable(path: string): boolean {
  return !path.split("/").some((name) => skippedFolderNames.has(name));
}
