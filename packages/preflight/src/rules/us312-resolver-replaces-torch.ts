import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { isUpgrade } from "./shared/python-asks.js";
import { exactVersion } from "./shared/specifier.js";
import { torchReplacer, type TorchReplacer } from "./shared/torch-of-newest.js";

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
      // A pin is a choice; an upgrade asks for what happens.
      const isChosen = exact !== undefined || isUpgrade(install);
      const found = torch === undefined || isChosen ? undefined : torchReplacer(install, torch);
      if (found !== undefined && torch !== undefined) yield replaced(found, torch, image);
      if (exact !== undefined) torch = exact;
      else if (found !== undefined) torch = undefined;
    }
  },
  lookedAt: (image) => (image.base?.torch === undefined ? "" : `installs over torch ${image.base.torch}`),
};

function replaced({ requirement, floor }: TorchReplacer, torch: string, image: ImageFacts): Report {
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
