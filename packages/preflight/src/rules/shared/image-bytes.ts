import type { ImageFacts } from "#facts/image/image-facts.js";
import { sumOfWeights } from "./weight-bytes.js";

/** What an image weighs at least, bytes, unpacked. */
export interface ImageBytes {
  /** Weights that the build brings in, as model cards state them. */
  readonly weights: number;
  /** CUDA of the base image and torch: estimates on the low side. */
  readonly estimated: number;
}

/** The parts of an image whose size is known or can be estimated without building it. */
export function imageBytes(image: ImageFacts): ImageBytes {
  const baked = image.downloads.filter((each) => each.when === "build" && each.isInFinalImage);
  return { weights: sumOfWeights(baked), estimated: cudaBytes(image) + torchBytes(image) };
}

/** Unpacked sizes of nvidia/cuda images with cuDNN, rounded down; `base` tags hold little more than the driver stubs. */
function cudaBytes({ base, baseReference = "" }: ImageFacts): number {
  if (base?.cuda === undefined || /:[^/]*-base(-|$)/.test(baseReference)) return 0;
  return base.isCudaDevel ? 7e9 : 2e9;
}

/** torch 2 with its NVIDIA libraries and triton, rounded down; wheels for the CPU are a tenth of it. */
export function torchBytes({ base, installed }: Pick<ImageFacts, "base" | "installed">): number {
  const installs = installed.python.filter(({ isInFinalImage }) => isInFinalImage);
  const torch = installs.find(({ requirements }) => requirements.some(({ name }) => name === "torch"));
  if (torch === undefined) return base?.torch === undefined ? 0 : 5e9;
  return torch.indexes.some((index) => index.endsWith("/cpu")) ? 0 : 5e9;
}
