import type { ImageFacts } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";

/** The mount of the running worker that hides a path of the image; undefined: none does. */
export function mountedAt(path: string | undefined, { mounts }: Pick<ImageFacts, "mounts">): string | undefined {
  return path === undefined ? undefined : mounts.find((mount) => isBelow(path, mount));
}
