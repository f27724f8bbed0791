import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import type { ImageRule } from "./rule.js";
import { listedPools } from "./shared/gpu-pools.js";
import { installOf } from "./shared/torch-wheel.js";

/** Torch without CUDA in an image that runs on a GPU. */
export const cpuTorch: ImageRule = {
  scope: "image",
  meta: {
    id: "US505",
    name: "cpu-torch",
    level: "error",
    phase: "job",
    summary: "A GPU image installs the CPU build of torch.",
    seeds: ["S85"],
    fix: "by-hand",
  },
  *check(image) {
    const torch = image.installed.distributions.get("torch");
    if (torch === undefined || !isCpuBuild(torch, image)) return;
    const reason = gpuReason(image);
    if (reason === undefined) return;
    yield {
      message: `Every job runs on the CPU or fails: this installs torch without CUDA, though ${reason}.`,
      remedy: "Install torch from https://download.pytorch.org/whl/cu… for the image's CUDA, or from PyPI.",
      at: torch.location,
      confidence: "likely",
    };
  },
};

/** `torch==2.4.1+cpu`, or an index of CPU wheels. A torch that the base brings and that satisfies the line stays. */
function isCpuBuild(torch: PythonRequirement, image: ImageFacts): boolean {
  if (/\+cpu\b/.test(torch.specifier) || /%2Bcpu|\+cpu/i.test(torch.url ?? "")) return true;
  if (image.base?.torch !== undefined && torch.specifier === "") return false;
  const indexes = installOf(torch, image)?.indexes ?? [];
  return indexes.length > 0 && indexes.every((index) => /\/whl\/(?:\w+\/)?cpu\/?$/.test(index));
}

function gpuReason(image: ImageFacts): string | undefined {
  const [pool] = listedPools(image);
  if (pool !== undefined && pool.confidence !== "possible") return `the endpoint draws from ${pool.id}`;
  return image.base?.cuda === undefined ? undefined : `the base image brings CUDA ${image.base.cuda}`;
}
