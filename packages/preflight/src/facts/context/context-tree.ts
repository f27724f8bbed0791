import { posix } from "node:path";
import type { ProjectFile } from "#facts/project/project-facts.js";
import type { ContextMatch } from "./build-context.js";
import { copyPattern } from "./path-pattern.js";

/** Linux follows at most 40 symlinks. */
const maxLinks = 40;

/**
 * Makes the function that finds COPY source patterns among files.
 * @param files by path from the context's folder.
 */
export function patternFinder(files: ReadonlyMap<string, ProjectFile>): (pattern: string) => readonly ContextMatch[] {
  let folders: ReadonlySet<string> | undefined;
  const allFolders = () => (folders ??= foldersOf(files.keys()));

  return (pattern) => {
    const clean = posix.join("/", pattern).replace(/\/$/u, "").slice(1);
    if (!/[*?[\\]/u.test(clean)) return matchOf(clean);
    const { fixed, wild } = splitAtWildcard(clean);
    const start = resolve(fixed);
    const matches = copyPattern(wild);
    if (start === undefined || matches === undefined) return [];
    const prefix = start === "" ? "" : `${start}/`;
    return [...allFolders(), ...files.keys()]
      .filter((path) => path !== "" && path.startsWith(prefix) && matches(path.slice(prefix.length)))
      .flatMap(matchOf)
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  };

  /** What stands at a path without wildcards; a symlink must lead to something inside the context. */
  function matchOf(path: string): readonly ContextMatch[] {
    const folder = resolve(posix.dirname(path));
    const target = resolve(path);
    if (folder === undefined || target === undefined) return [];
    const own = posix.join("/", folder, posix.basename(path)).slice(1);
    if (files.get(own)?.kind === "symlink") return [{ path: own, kind: "symlink" }];
    return [{ path: target, kind: files.has(target) ? "file" : "folder" }];
  }

  /** The path behind all symlinks; undefined: nothing is there. An absolute link starts at the context's folder. */
  function resolve(path: string): string | undefined {
    let at = "";
    let links = 0;
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    while (names.length > 0) {
      const name = names.shift() ?? "";
      const next = posix.join("/", at, name).slice(1);
      const file = files.get(next);
      if (file?.kind === "symlink") {
        if (++links > maxLinks) return undefined;
        const target = file.linkTarget ?? "";
        names.unshift(...target.split("/").filter((each) => each !== "" && each !== "."));
        if (target.startsWith("/")) at = "";
        continue;
      }
      if (file === undefined && !allFolders().has(next)) return undefined;
      if (file !== undefined && names.length > 0) return undefined;
      at = next;
    }
    return at;
  }
}

/** Every folder that holds a file, "" for the context itself. */
function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set([""]);
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at !== -1; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

/** The folders in front of the first wildcard, and the rest. */
function splitAtWildcard(pattern: string): { readonly fixed: string; readonly wild: string } {
  const at = pattern.slice(0, pattern.search(/[*?[\\]/u)).lastIndexOf("/");
  return { fixed: at === -1 ? "" : pattern.slice(0, at), wild: pattern.slice(at + 1) };
}
