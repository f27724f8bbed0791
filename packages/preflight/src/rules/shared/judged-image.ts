import type { ImageFacts, ImagePurpose } from "#facts/image/image-facts.js";
import type { ProjectFacts } from "#facts/project/project-facts.js";
import type { Location } from "#model/location.js";

/** The first image that is for use rather than for building on or developing in: what the project's tests would test. */
export function imageInUse(
  { images }: ProjectFacts,
  purposes: readonly ImagePurpose[] = ["worker"],
): ImageFacts | undefined {
  return images.find(({ purpose }) => purposes.includes(purpose));
}

/** The FROM line, for what is missing from the project as a whole: an ignore comment can stand above it. */
export function fromLine({ dockerfile, walk }: ImageFacts): Location {
  return { path: dockerfile.path, line: walk.stages[0]?.from.line ?? 1 };
}
