/** One thing that a project's folder holds. */
export interface TreeEntry {
  /** Path from the project's folder, with `/`, without `./` in front. */
  readonly path: string;
  readonly kind: "file" | "symlink";
  readonly byteLength: number;
  /** Any execute bit. */
  readonly isExecutable: boolean;
  /** Where a symlink points, as written. */
  readonly linkTarget: string | undefined;
}

/** What git says of a file. `unknown` outside a repository. */
export type GitState = "tracked" | "untracked" | "ignored" | "unknown";

/** The listing of a project, cut at a limit rather than endless. */
export interface TreeListing {
  /** Sorted by path. */
  readonly entries: readonly TreeEntry[];
  /** True when there are more entries than the limit, or a folder must not be read: absence then proves nothing. */
  readonly isCut: boolean;
  /** Git state by path; a path that is not there is `unknown`. */
  readonly gitStates: ReadonlyMap<string, GitState>;
  /** Folders that were not entered (`node_modules`, `.git`, …) though they are there. */
  readonly skippedFolders: readonly string[];
}

/**
 * Where a project's files come from: a folder, a git revision, or memory. Nothing is ever written or run through it.
 * Contract suite: `testing/source-tree-contract.ts`.
 */
export interface SourceTree {
  /** Lists it once, without following symlinks. */
  list(): Promise<TreeListing>;
  /**
   * Reads one listed file.
   * @param maxByteLength longer files give undefined.
   * @returns its bytes, or undefined when it is absent, a symlink, too long or unreadable.
   */
  read(path: string, maxByteLength: number): Promise<Uint8Array | undefined>;
}

/** Folders on disk that are not entered: no image is built from them, and they can hold a hundred thousand files. */
export const skippedFolderNames: ReadonlySet<string> = new Set([
  ".git",
  "node_modules",
  "__pycache__",
  ".venv",
  "venv",
  ".tox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
]);
