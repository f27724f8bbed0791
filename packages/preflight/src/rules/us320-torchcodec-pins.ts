import type { ImageFacts } from "#facts/image/image-facts.js";
import { torchFacts } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { editRequirement } from "./shared/edit-requirement.js";
import { pythonAsks, type PythonAsk } from "./shared/python-asks.js";
import { admits, isCapped } from "./shared/specifier.js";
import { type TorchInImage, torchInImage } from "./shared/torch-in-image.js";

/** torchcodec is built for one torch and does not say so to pip. */
export const torchcodecPins: ImageRule = {
  scope: "image",
  meta: {
    id: "US320",
    name: "torchcodec-pins",
    level: "error",
    phase: "job",
    summary: "torchcodec and torch are of versions that were not built for each other.",
    seeds: ["S41"],
    fix: "auto",
  },
  *check(image) {
    const torch = torchInImage(image);
    const minors = torch === undefined ? [] : (torchFacts(torch.version)?.torchcodec ?? []);
    const ask = pythonAsks(image, "torchcodec").at(-1);
    if (torch === undefined || minors.length === 0 || ask === undefined || image.installed.isOpen) return;
    if (!fits(ask.requirement.specifier, minors)) yield report(ask, torch, minors, image);
  },
  lookedAt: (image) => (pythonAsks(image, "torchcodec").length === 0 ? "" : "torchcodec beside torch"),
};

/** Uncapped, pip takes the newest, which is for the newest torch: none of the torches that the table has codecs for. */
function fits(specifier: string, minors: readonly string[]): boolean {
  return (
    isCapped(specifier) &&
    minors.some((minor) => ["0", "1", "2"].some((patch) => admits(specifier, `${minor}.${patch}`)))
  );
}

function report({ requirement }: PythonAsk, torch: TorchInImage, minors: readonly string[], image: ImageFacts): Report {
  const fix = pinned(requirement, minors, image);
  const wanted = minors.map((minor) => `${minor}.x`).join(" or ");
  return {
    message: isCapped(requirement.specifier)
      ? `import torchcodec fails: ${requirement.written} is not for torch ${torch.version}.`
      : `import torchcodec fails: pip takes the newest, and torch ${torch.version} needs torchcodec ${wanted}.`,
    remedy: `Pin torchcodec ${wanted}.`,
    at: requirement.location,
    confidence: "likely",
    evidence: [
      torch.requirement === undefined
        ? { statement: `The base image ${image.baseReference ?? ""} brings torch ${torch.version}.` }
        : { statement: `${torch.requirement.written} is asked for here.`, location: torch.requirement.location },
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function pinned(requirement: PythonAsk["requirement"], minors: readonly string[], image: ImageFacts): Fix | undefined {
  const pin = `torchcodec==${minors.at(-1) ?? ""}.*`;
  return requirement.extras.length > 0 ? undefined : editRequirement(image, requirement, pin, `Pin ${pin}`);
}
