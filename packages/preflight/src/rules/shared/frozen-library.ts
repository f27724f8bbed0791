import type { ImageFacts } from "#facts/image/image-facts.js";
import { pythonAsks } from "./python-asks.js";
import { type ReachedImport, reachedImports } from "./reached-imports.js";
import { staysBelow } from "./specifier.js";
import { torchInImage } from "./torch-in-image.js";

/** Imports of basicsr, and of what imports it, that fail for the torchvision of the image. */
export function failingBasicsrImports(image: ImageFacts): readonly ReachedImport[] {
  const imports = reachedImports(image).filter(
    ({ import: { module }, module: from }) =>
      importsBasicsr.has(module.split(".")[0] ?? "") &&
      image.python.resolveImport(module, from.imagePath).kind === "distribution",
  );
  if (imports.length === 0 || !isReleased(image) || !hasNewTorchvision(image) || isPatched(image)) return [];
  return imports.slice(0, 1);
}

/**
 * basicsr 1.4.2 (2022, its last release) imports `torchvision.transforms.functional_tensor` in data/degradations.py,
 * which `import basicsr` runs; the `__init__.py` of realesrgan 0.3.0 and of gfpgan 1.3.8 import basicsr.
 */
const importsBasicsr: ReadonlySet<string> = new Set(["basicsr", "realesrgan", "gfpgan"]);

/** Forks and checkouts may have been repaired. */
function isReleased(image: ImageFacts): boolean {
  if (image.installed.isOpen || image.installed.distributions.has("basicsr-fixed")) return false;
  const asks = pythonAsks(image, ...importsBasicsr);
  return asks.length > 0 && asks.every(({ requirement }) => requirement.url === undefined);
}

/** torchvision 0.17 goes with torch 2.2; without a word about torch, pip takes the newest of both. */
function hasNewTorchvision(image: ImageFacts): boolean {
  const isHeld = pythonAsks(image, "torchvision").some(({ requirement: { specifier, url } }) => {
    return url !== undefined || staysBelow(specifier, "0.17");
  });
  if (isHeld || image.base?.isWellKnown !== true) return false;
  const [major = 0, minor = 0] = torchInImage(image)?.version.split(".").map(Number) ?? [];
  if (major > 0) return major > 2 || (major === 2 && minor >= 2);
  const mayHaveTorch = image.base.torch !== undefined || image.base.distributions.has("torch");
  return !mayHaveTorch && pythonAsks(image, "torch").length === 0;
}

/** A `sed` over the file, or code that puts another module in its place. */
function isPatched({ buildCommands, entry, python }: ImageFacts): boolean {
  const commands = [...buildCommands.map(({ command }) => command), ...entry.commands];
  return (
    commands.some(({ words }) => words.some(({ text }) => patch.test(text))) ||
    [...python.modules, ...python.embedded].some(({ module }) => patch.test(module.source.text))
  );
}

const patch = /functional_tensor|degradations/;
