import { posix } from "node:path";
import type { ImagePath } from "./image-facts.js";

/** Longest path that Linux takes (PATH_MAX), bytes. */
const maxPathLength = 4096;
/**
 * Paths made and looked at in one stage; well under a second's work. After that the whole stage is unknown rather than the
 * run endless: `cp -r / /copy` on every line doubles the files each time.
 */
const maxWork = 200_000;
/** Symlinks followed for one path before Linux gives up with ELOOP (path_resolution(7)). */
const maxLinks = 40;

/** A folder whose content nobody can know from the files. */
export interface UnknownTree {
  /** Noun phrase that completes "it lies in …". */
  readonly because: string;
  readonly made: ImagePath | undefined;
}

/** The file system of one stage while its steps are carried out in thought. */
export class StageFiles {
  readonly stageIndex: number;
  /** What the base image keeps to itself: the reason why a path may be there, or undefined. */
  readonly baseTree: (path: string) => string | undefined;
  readonly #made: Map<string, ImagePath>;
  readonly #children: Map<string, Set<string>>;
  readonly #unknown: Map<string, UnknownTree>;
  readonly #removed: Map<string, ImagePath>;
  #work = 0;

  constructor(stageIndex: number, base: StageFiles | ((path: string) => string | undefined)) {
    const parent = base instanceof StageFiles ? base : undefined;
    this.stageIndex = stageIndex;
    this.baseTree = base instanceof StageFiles ? base.baseTree : base;
    this.#made = new Map(parent === undefined ? [] : parent.#made);
    this.#unknown = new Map(parent === undefined ? [] : parent.#unknown);
    this.#removed = new Map(parent === undefined ? [] : parent.#removed);
    this.#children = new Map(
      parent === undefined ? [] : [...parent.#children].map(([folder, names]) => [folder, new Set(names)]),
    );
  }

  /** Every path that is there, in the order in which it was last made. */
  get paths(): readonly ImagePath[] {
    return [...this.#made.values()];
  }

  /** True when more was made than is followed: nothing further is. */
  get isFull(): boolean {
    return this.#work > maxWork;
  }

  get unknownTrees(): ReadonlyMap<string, UnknownTree> {
    return this.#unknown;
  }

  add(entry: ImagePath): void {
    if (entry.path.length > maxPathLength || !this.#mayWork()) return;
    this.#made.delete(entry.path);
    this.#made.set(entry.path, entry);
    for (let path = entry.path; path !== "/"; path = posix.dirname(path)) {
      const folder = posix.dirname(path);
      const names = this.#children.get(folder) ?? new Set();
      if (names.has(path)) return;
      this.#children.set(folder, names.add(path));
    }
  }

  /** Removes a path and all below it; a later look-up of its text at build time still finds it. */
  remove(path: string): void {
    for (const entry of [...this.below(path), this.#made.get(path)]) {
      if (entry === undefined) continue;
      this.#made.delete(entry.path);
      this.#removed.set(entry.path, entry);
    }
    const open = [path];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      open.push(...(this.#children.get(folder) ?? []));
      this.#children.delete(folder);
    }
    this.#children.get(posix.dirname(path))?.delete(path);
    for (const root of this.#unknown.keys()) if (isBelow(root, path)) this.#unknown.delete(root);
  }

  markUnknown(root: string, tree: UnknownTree): void {
    if (root.length <= maxPathLength && this.#unknown.size < maxWork && !this.#unknown.has(root)) {
      this.#unknown.set(root, tree);
    }
  }

  /** What a step made at exactly this path. */
  madeAt(path: string): ImagePath | undefined {
    return this.#made.get(path);
  }

  /** What a step made at this path, though a later one removed it. */
  everMadeAt(path: string): ImagePath | undefined {
    return this.#made.get(path) ?? this.#removed.get(path);
  }

  isFolder(path: string): boolean {
    const kind = this.#made.get(path)?.origin.kind;
    return path === "/" || kind === "folder" || kind === "cloned" || (this.#children.get(path)?.size ?? 0) > 0;
  }

  /** Names of the immediate children of a folder, as absolute paths. */
  children(folder: string): readonly string[] {
    return [...(this.#children.get(folder) ?? [])];
  }

  /** Everything made below a folder, itself left out, each folder's own entries before the deeper ones. */
  below(folder: string): readonly ImagePath[] {
    const found: ImagePath[] = [];
    const open = [...(this.#children.get(folder) ?? [])];
    for (let index = 0; index < open.length && this.#mayWork(); index++) {
      const path = open[index] ?? "";
      const entry = this.#made.get(path);
      if (entry !== undefined) found.push(entry);
      open.push(...(this.#children.get(path) ?? []));
    }
    return found;
  }

  /** One of the paths made below a folder. */
  anyBelow(folder: string): ImagePath | undefined {
    for (let [path] = this.children(folder); path !== undefined; [path] = this.children(path)) {
      const entry = this.#made.get(path);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  /** The tree of unknown content in which a path lies. */
  unknownAt(path: string): UnknownTree | undefined {
    for (let folder = path; ; folder = posix.dirname(folder)) {
      const tree = this.#unknown.get(folder);
      if (tree !== undefined) return tree;
      if (folder === "/") break;
    }
    const because = this.baseTree(path);
    return because === undefined ? undefined : { because, made: undefined };
  }

  /** Where a path leads after the symlinks of the image, those of its folders too; undefined: they go in a circle. */
  follow(path: string): string | undefined {
    const rest = segments(path).reverse();
    let done = "";
    let links = 0;
    for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
      const next = `${done}/${name}`;
      const origin = this.#made.get(next)?.origin;
      if (origin?.kind !== "linked") {
        done = next;
        continue;
      }
      if (++links > maxLinks) return undefined;
      rest.push(...segments(posix.resolve(done === "" ? "/" : done, origin.target)).reverse());
      done = "";
    }
    return done === "" ? "/" : done;
  }

  /** Counts one path of work; false when there was too much of it. */
  #mayWork(): boolean {
    if (++this.#work <= maxWork) return true;
    this.#unknown.set("/", { because: "an image too large to follow", made: undefined });
    return false;
  }
}

/** True for the folder itself and all below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}

/** The same place below another folder. */
export function moved(path: string, from: string, to: string): string {
  return posix.join(to, path.slice(from === "/" ? 0 : from.length));
}

function segments(path: string): string[] {
  return posix.resolve("/", path).split("/").filter(Boolean);
}
