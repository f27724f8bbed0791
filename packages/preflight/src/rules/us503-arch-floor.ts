import { compareVersions, type GpuCard, torchFloor } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { type ListedPool, listedPools } from "./shared/gpu-pools.js";
import { torchInImage } from "./shared/torch-in-image.js";
import { torchCuda } from "./shared/torch-wheel.js";

/** A card that is newer than the kernels in the image's torch. */
export const archFloor: ImageRule = {
  scope: "image",
  meta: {
    id: "US503",
    name: "arch-floor",
    level: "error",
    phase: "job",
    summary: "The endpoint's cards are newer than the kernels in the image's torch.",
    seeds: ["S12"],
    fix: "by-hand",
  },
  *check(image) {
    const found = torchInImage(image);
    if (found === undefined) return;
    const torch = { version: found.version, cuda: torchCuda(found, image) };
    const from = { path: image.dockerfile.path, line: (image.lineage[0] ?? image.finalStage).from.line };
    const at = found.requirement?.location ?? from;
    for (const pool of listedPools(image)) {
      const card = pool.cards.find((each) => isTooNew(each, torch));
      if (card !== undefined) yield tooNew(card, pool, torch, { at, isCertain: !image.installed.isOpen });
    }
  },
};

interface Torch {
  readonly version: string;
  /** Undefined: not known. */
  readonly cuda: string | undefined;
}

interface TorchPlace {
  readonly at: Location;
  /** False: something unread may install another torch. */
  readonly isCertain: boolean;
}

function isTooNew({ computeCapability }: GpuCard, { version, cuda }: Torch): boolean {
  const floor = torchFloor(computeCapability);
  if (floor === undefined) return false;
  return compareVersions(version, floor.torch) < 0 || (cuda !== undefined && compareVersions(cuda, floor.cuda) < 0);
}

function tooNew({ name, computeCapability }: GpuCard, pool: ListedPool, torch: Torch, place: TorchPlace): Report {
  const floor = torchFloor(computeCapability);
  const built = torch.cuda === undefined ? "" : ` for CUDA ${torch.cuda}`;
  const kernels = `sm_${computeCapability.replace(".", "")}`;
  return {
    message: `Every job on a ${name} (${pool.id}) fails: torch ${torch.version}${built} has no kernels for ${kernels}.`,
    remedy: `Install torch ${floor?.torch} or later for CUDA ${floor?.cuda} or later, or take ${pool.id} off the endpoint.`,
    at: place.at,
    confidence: place.isCertain ? pool.confidence : "possible",
    evidence: [{ statement: `The endpoint may draw from ${pool.id}.`, location: pool.location }],
  };
}
