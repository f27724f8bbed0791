import type { ImageFacts, PythonInstall, PythonRequirement } from "#facts/image/image-facts.js";
import { torchFacts } from "#knowledge/index.js";
import type { TorchInImage } from "./torch-in-image.js";

/** CUDA that the image's torch was built with, `12.1`; undefined: not known. */
export function torchCuda({ version, requirement }: TorchInImage, image: ImageFacts): string | undefined {
  if (requirement === undefined) return image.base?.cuda;
  const tags = [/\+(\w+)$/.exec(requirement.specifier)?.[1], ...indexTags(installOf(requirement, image))];
  const named = tags.find((tag) => tag !== undefined && wheelCuda(tag) !== undefined);
  return named === undefined ? torchFacts(version)?.defaultCuda : wheelCuda(named);
}

/** The install command that asks for a requirement. */
export function installOf(requirement: PythonRequirement, image: ImageFacts): PythonInstall | undefined {
  return image.installed.python.findLast(({ requirements }) => requirements.includes(requirement));
}

/** `https://download.pytorch.org/whl/cu121` and its kin end with the tag of their wheels. */
function indexTags(install: PythonInstall | undefined): readonly (string | undefined)[] {
  return (install?.indexes ?? []).map((index) => /\/(cu\d+)\/?$/.exec(index)?.[1]);
}

/** `cu121` is CUDA 12.1. */
function wheelCuda(tag: string): string | undefined {
  const digits = /^cu(\d+)(\d)$/.exec(tag);
  return digits === null ? undefined : `${digits[1]}.${digits[2]}`;
}
