import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import { isUpgrade, pythonAsks } from "./python-asks.js";
import { admits, exactVersion } from "./specifier.js";
import { torchReplacer } from "./torch-of-newest.js";

/** The torch of the image when it runs. */
export interface TorchInImage {
  /** `2.1.0`. */
  readonly version: string;
  /** What asked for it; undefined: the base image brings it. */
  readonly requirement: PythonRequirement | undefined;
}

/** The torch that an image ends with; undefined: none, or its version cannot be told from the files. */
export function torchInImage(image: ImageFacts): TorchInImage | undefined {
  const brought = image.base?.torch;
  let found: TorchInImage | undefined =
    brought === undefined ? undefined : { version: brought, requirement: undefined };
  for (const { install, requirement } of pythonAsks(image, "torch")) {
    const exact = exactVersion(requirement.specifier);
    if (exact !== undefined) found = { version: exact.replace(/\+.*$/, ""), requirement };
    else if (found === undefined || isUpgrade(install) || !admits(requirement.specifier, found.version))
      return undefined;
  }
  const version = found?.version;
  const isReplaced =
    version !== undefined &&
    image.installed.python.some(({ isInFinalImage, requirements, options }) => {
      const others = requirements.filter(({ name }) => name !== "torch");
      return isInFinalImage && torchReplacer({ requirements: others, options }, version) !== undefined;
    });
  return isReplaced ? undefined : found;
}
