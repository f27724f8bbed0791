import type { ImageFacts } from "#facts/image/image-facts.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import { depthOf } from "#facts/project/project-path.js";

/**
 * The Dockerfiles that somebody builds for use: those that CI, compose files, scripts or the platform name; where none
 * is named, the one called `Dockerfile` nearest to the project's folder; else all that do not only serve development.
 * @param asked the Dockerfile that the caller named.
 */
export function liveImages({ images, buildCommands }: ProjectFacts, asked: string | undefined): ReadonlySet<string> {
  const paths = images.map((image) => image.dockerfile.path);
  if (asked !== undefined || paths.length === 1) return new Set(paths);
  const named = buildCommands.filter(({ source, dockerfile }) => source !== "docs" && dockerfile !== undefined);
  const wired = paths.filter((path) => named.some(({ dockerfile }) => dockerfile === path));
  if (wired.length > 0) return new Set(wired);
  const plain = paths.filter((path) => /(^|\/)Dockerfile$/.test(path)).toSorted((a, b) => depthOf(a) - depthOf(b));
  if (plain[0] !== undefined) return new Set([plain[0]]);
  const used = images.filter((image) => purposeOf(image) !== "development");
  return new Set((used.length > 0 ? used : images).map((image) => image.dockerfile.path));
}

/** Undefined where a reader is missing: the verdict is UNKNOWN then, and the image counts. */
function purposeOf(image: ImageFacts): ImageFacts["purpose"] | undefined {
  try {
    return image.purpose;
  } catch {
    return undefined;
  }
}
