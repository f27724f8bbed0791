import type { GitState, SourceTree, TreeEntry } from "./source-tree.js";

/** A file of a tree that only exists in memory. */
export interface MemoryFile {
  /** Default: empty. */
  readonly content?: string | Uint8Array;
  /** A symlink to this path instead of a file. */
  readonly linkTarget?: string;
  /** Default: false. */
  readonly isExecutable?: boolean;
  /** Default: that of the content. A larger one stands for a file whose content nobody reads, such as weights. */
  readonly byteLength?: number;
  /** Default: `tracked`. */
  readonly gitState?: GitState;
}

/** A tree from memory, for tests and for editors that hold unsaved text. Paths are from the project's folder, with `/`. */
export function memoryTree(files: Readonly<Record<string, string | MemoryFile>>): SourceTree {
  const all = Object.entries(files)
    .map(([path, file]) => [path, typeof file === "string" ? { content: file } : file] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const contents = new Map(all.map(([path, file]) => [path, bytesOf(file)]));
  return {
    list: async () => ({
      entries: all.map(([path, file]) => entryOf(path, file, contents.get(path)?.byteLength ?? 0)),
      isCut: false,
      gitStates: new Map(all.map(([path, file]) => [path, file.gitState ?? "tracked"])),
      skippedFolders: [],
    }),
    read: async (path, maxByteLength) => {
      const bytes = contents.get(path);
      return bytes !== undefined && bytes.byteLength <= maxByteLength ? bytes : undefined;
    },
  };
}

function bytesOf(file: MemoryFile): Uint8Array | undefined {
  if (file.linkTarget !== undefined) return undefined;
  return typeof file.content === "string" ? new TextEncoder().encode(file.content) : (file.content ?? new Uint8Array());
}

function entryOf(path: string, file: MemoryFile, contentByteLength: number): TreeEntry {
  return {
    path,
    kind: file.linkTarget === undefined ? "file" : "symlink",
    byteLength: file.byteLength ?? file.linkTarget?.length ?? contentByteLength,
    isExecutable: file.isExecutable ?? false,
    linkTarget: file.linkTarget,
  };
}
