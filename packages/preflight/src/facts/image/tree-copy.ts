import { posix } from "node:path";
import type { Location } from "#model/location.js";
import type { ImagePath } from "./image-facts.js";
import { isBelow, moved, type StageFiles } from "./stage-files.js";

/** What a copy makes of each path. */
export interface CopyOptions {
  readonly location: Location;
  readonly isCertain: boolean;
  /** Name of the source for what cannot be known, such as "a copy of /venv". */
  readonly because: string;
  readonly isExecutable?: boolean | undefined;
}

/**
 * Copies a file or a folder's content, from the same stage or another one. What the source may hold without anybody
 * knowing stays unknown at the destination.
 * @param target path that takes the place of `source` itself.
 */
export function copyTree(from: StageFiles, source: string, to: StageFiles, target: string, options: CopyOptions): void {
  if (to.isFull) return;
  const real = from.follow(source) ?? source;
  const entry = from.madeAt(real);
  const entries = [...(entry === undefined ? [] : [entry]), ...from.below(real)];
  const unknown = [...from.unknownTrees].filter(([root]) => isBelow(root, real));
  for (const made of entries) {
    to.add({
      path: moved(made.path, real, target),
      origin: from === to ? made.origin : originElsewhere(made, from.stageIndex),
      location: options.location,
      stageIndex: to.stageIndex,
      isCertain: options.isCertain && made.isCertain,
      isExecutable: options.isExecutable ?? made.isExecutable,
    });
  }
  for (const [root, tree] of unknown) to.markUnknown(moved(root, real, target), tree);
  const around = from.unknownAt(real);
  if (around !== undefined && entry === undefined) to.markUnknown(target, around);
  else if (entries.length === 0 && unknown.length === 0) {
    to.markUnknown(target, { because: options.because, made: undefined });
  }
}

function originElsewhere(made: ImagePath, stageIndex: number): ImagePath["origin"] {
  const { origin } = made;
  if (origin.kind === "linked" || origin.kind === "folder") return origin;
  return { kind: "stage", stageIndex, path: made.path };
}

/** Where a file goes that is copied to `destination`: inside when that is a folder. */
export function placeOf(source: string, destination: string, isFolder: boolean): string {
  return isFolder ? posix.join(destination, posix.basename(source)) : posix.resolve(destination);
}
