import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isUpgrade } from "./shared/python-asks.js";
import { admits, exactVersion, isCapped } from "./shared/specifier.js";

/** An install that needs a newer torch than the one that is there: pip fetches another, gigabytes of it. */
export const resolverReplacesTorch: ImageRule = {
  scope: "image",
  meta: {
    id: "US312",
    name: "resolver-replaces-torch",
    level: "warning",
    phase: "build",
    summary: "A later install makes pip replace the torch that the image already has.",
    seeds: ["S10", "S12"],
    fix: "by-hand",
  },
  *check(image) {
    let torch = image.base?.torch;
    for (const install of image.installed.python) {
      if (!install.isInFinalImage || install.tool === "conda") continue;
      const own = install.requirements.find(({ name }) => name === "torch");
      const exact = own === undefined ? undefined : exactVersion(own.specifier)?.replace(/\+.*$/, "");
      // A pin, `--no-deps` and constraints are choices; an upgrade asks for what happens.
      const isChosen =
        exact !== undefined ||
        install.options.has("--no-deps") ||
        isUpgrade(install) ||
        hasConstraints(install.options);
      const found = torch === undefined || isChosen ? undefined : replacer(install.requirements, torch);
      if (found !== undefined && torch !== undefined) yield replaced(found, torch, image);
      if (exact !== undefined) torch = exact;
      else if (found !== undefined) torch = undefined;
    }
  },
  lookedAt: (image) => (image.base?.torch === undefined ? "" : `installs over torch ${image.base.torch}`),
};

interface Replacer {
  readonly requirement: PythonRequirement;
  /** What it asks of torch. */
  readonly floor: string;
}

/** Newest releases and the torch that they ask for; measured: Requires-Dist of pip's dry run for Python 3.11, 2026-11. */
const torchOfNewest: ReadonlyMap<string, string> = new Map([
  ["xformers", ">=2.10"],
  ["whisperx", "~=2.8.0"],
  ["vllm", ">=2.14"],
  ["bitsandbytes", ">=2.4"],
  ["xfuser", ">=2.4.1"],
  // facebookresearch/sam2@2b90b9f setup.py
  ["sam2", ">=2.5.1"],
  ["sam-2", ">=2.5.1"],
]);

function replacer(requirements: readonly PythonRequirement[], torch: string): Replacer | undefined {
  for (const requirement of requirements) {
    const floor = requirement.name === "torch" ? requirement.specifier : floorOf(requirement);
    if (floor !== undefined && !admits(floor, torch)) return { requirement, floor };
  }
  return undefined;
}

/** Older releases ask for less: only an uncapped requirement takes the newest. */
function floorOf({ name, specifier }: PythonRequirement): string | undefined {
  return isCapped(specifier) ? undefined : torchOfNewest.get(name);
}

function hasConstraints(options: ReadonlySet<string>): boolean {
  return ["-c", "--constraint", "--constraints", "--override", "--overrides"].some((option) => options.has(option));
}

function replaced({ requirement, floor }: Replacer, torch: string, image: ImageFacts): Report {
  const isTorch = requirement.name === "torch";
  return {
    message: isTorch
      ? `pip replaces torch ${torch} of the image here: ${requirement.written} does not admit it.`
      : `pip replaces torch ${torch} of the image here: the newest ${requirement.name} needs torch ${floor}.`,
    remedy: `Start from a base image with that torch, or pin a ${requirement.name} that fits ${torch}.`,
    at: requirement.location,
    confidence: "likely",
    evidence: [
      image.base?.torch === torch
        ? { statement: `The base image ${image.baseReference ?? ""} brings torch ${torch}.` }
        : { statement: `An earlier line installs torch ${torch}.` },
      { statement: "The new wheel and its CUDA libraries come on top of the old ones: layers only grow." },
    ],
  };
}
