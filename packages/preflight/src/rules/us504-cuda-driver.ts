import type { ImageFacts } from "#facts/image/image-facts.js";
import { compareVersions } from "#knowledge/index.js";
import type { ImageRule } from "./rule.js";

/** An endpoint that allows hosts whose driver is older than the image's CUDA. */
export const cudaDriver: ImageRule = {
  scope: "image",
  meta: {
    id: "US504",
    name: "cuda-driver",
    level: "warning",
    phase: "start",
    summary: "The endpoint allows hosts whose CUDA driver is older than the image's CUDA.",
    seeds: ["S12"],
    fix: "by-hand",
  },
  *check(image) {
    const allowed = image.project.endpoint.allowedCudaVersions;
    const cuda = image.base?.cuda;
    if (allowed === undefined || cuda === undefined || image.purpose !== "worker") return;
    const tooOld = allowed.values.filter((version) => isTooOld(version, cuda, image));
    if (tooOld.length === 0) return;
    yield {
      message: `Workers on hosts with CUDA ${tooOld.join(", ")} may not start: the image is built on CUDA ${cuda}.`,
      remedy: `Allow CUDA ${cuda} and later only, or build on an older CUDA.`,
      at: allowed.location,
      confidence: "likely",
      evidence: [
        {
          statement: `The base image is ${image.baseReference}.`,
          location: { path: image.dockerfile.path, line: (image.lineage[0] ?? image.finalStage).from.line },
        },
      ],
    };
  },
};

/**
 * Programs for one CUDA run on an older driver of the same major version (NVIDIA, "CUDA minor version compatibility"),
 * but nvidia/cuda images carry NVIDIA_REQUIRE_CUDA: the container runtime refuses to start them there.
 */
function isTooOld(allowed: string, cuda: string, { base, runtimeEnvironment }: ImageFacts): boolean {
  const wanted = /^\d+\.\d+/.exec(cuda)?.[0] ?? cuda;
  if (compareVersions(allowed, wanted) >= 0) return false;
  if (allowed.split(".")[0] !== wanted.split(".")[0]) return true;
  const isWaived = runtimeEnvironment.has("NVIDIA_DISABLE_REQUIRE") || runtimeEnvironment.has("NVIDIA_REQUIRE_CUDA");
  return base?.family.endsWith("nvidia/cuda") === true && !isWaived;
}
