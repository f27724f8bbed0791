import { lstat, open, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { gitList } from "./git.js";
import { type GitState, skippedFolderNames, type SourceTree, type TreeEntry, type TreeListing } from "./source-tree.js";

/** More entries than this are not listed; absence then proves nothing. */
const maxEntries = 20_000;

/**
 * A project's folder on disk. Symlinks are listed, never followed; what is neither file nor symlink is left out, and a
 * folder that must not be read cuts the listing.
 */
export function diskTree(root: string): SourceTree {
  return {
    list: () => list(root),
    read: (path, maxByteLength) => read(join(root, path), maxByteLength),
  };
}

async function list(root: string): Promise<TreeListing> {
  const entries: TreeEntry[] = [];
  const skippedFolders: string[] = [];
  let isUnreadable = false;
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined && entries.length < maxEntries; folder = folders.pop()) {
    const names = await readdir(join(root, folder), { withFileTypes: true }).catch(() => undefined);
    if (names === undefined) isUnreadable = true;
    for (const name of names ?? []) {
      const path = folder === "" ? name.name : `${folder}/${name.name}`;
      if (name.isDirectory()) (skippedFolderNames.has(name.name) ? skippedFolders : folders).push(path);
      else if (name.isFile() || name.isSymbolicLink()) entries.push(await entryOf(root, path));
    }
  }
  const kept = entries.slice(0, maxEntries).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const isCut = isUnreadable || folders.length > 0 || entries.length > maxEntries;
  return { entries: kept, isCut, gitStates: await gitStatesOf(root, kept), skippedFolders: skippedFolders.toSorted() };
}

async function entryOf(root: string, path: string): Promise<TreeEntry> {
  const file = await lstat(join(root, path)).catch(() => undefined);
  const isLink = file?.isSymbolicLink() ?? false;
  return {
    path,
    kind: isLink ? "symlink" : "file",
    byteLength: file?.size ?? 0,
    isExecutable: ((file?.mode ?? 0) & 0o111) !== 0,
    linkTarget: isLink ? await readlink(join(root, path)).catch(() => "") : undefined,
  };
}

/** What is on disk and neither tracked nor untracked is ignored. */
async function gitStatesOf(root: string, entries: readonly TreeEntry[]): Promise<ReadonlyMap<string, GitState>> {
  const [tracked, untracked] = await Promise.all([
    gitList(root, ["ls-files", "-z"]),
    gitList(root, ["ls-files", "-z", "--others", "--exclude-standard"]),
  ]);
  if (tracked === undefined || untracked === undefined) return new Map();
  const states = new Map<string, GitState>(entries.map((entry) => [entry.path, "ignored"]));
  for (const path of untracked) states.set(path, "untracked");
  for (const path of tracked) states.set(path, "tracked");
  return states;
}

async function read(path: string, maxByteLength: number): Promise<Uint8Array | undefined> {
  const before = await lstat(path).catch(() => undefined);
  if (before === undefined || !before.isFile() || before.size > maxByteLength) return undefined;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    // The file may have been replaced since it was looked at; what is open is what counts.
    const now = await file.stat();
    return now.isFile() && now.size <= maxByteLength ? await file.readFile() : undefined;
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
