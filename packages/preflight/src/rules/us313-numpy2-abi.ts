import type { ImageFacts } from "#facts/image/image-facts.js";
import { compareVersions, torchFacts } from "#knowledge/index.js";
import type { Fix, Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { editRequirement } from "./shared/edit-requirement.js";
import { type PythonAsk, pythonAsks } from "./shared/python-asks.js";
import { startsAt, staysBelow } from "./shared/specifier.js";
import { type TorchInImage, torchInImage } from "./shared/torch-in-image.js";

/** torch before 2.3 was compiled against numpy 1: with numpy 2 it cannot exchange arrays. */
export const numpy2Abi: ImageRule = {
  scope: "image",
  meta: {
    id: "US313",
    name: "numpy2-abi",
    level: "error",
    phase: "job",
    summary: "The image ends with numpy 2 beside a torch that was compiled against numpy 1.",
    seeds: ["S41"],
    fix: "auto",
  },
  *check(image) {
    const torch = torchInImage(image);
    if (torch === undefined || torchFacts(torch.version)?.supportsNumpy2 !== false) return;
    const cause = bringsNumpy2(image);
    if (cause !== undefined) yield report(cause, torch, image);
  },
  lookedAt: (image) => {
    const version = torchInImage(image)?.version;
    return version === undefined ? "" : `numpy beside torch ${version}`;
  },
};

const openCv = ["opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"];
/** They ask for numpy below 2 in versions that are in use: pip then takes numpy 1 unasked. */
const numpy1Askers = ["mediapipe", "tensorflow", "tts", "coqui-tts", "f5-tts"];

/** The last requirement that brings numpy 2 and is not taken back; undefined: none surely does. */
function bringsNumpy2(image: ImageFacts): PythonAsk | undefined {
  const python = image.python.version;
  // opencv-python from 4.12 asks for numpy 2 where Python is 3.9 or later (measured: its Requires-Dist).
  if (image.installed.isOpen || python === undefined || compareVersions(python, "3.9") < 0) return undefined;
  if (pythonAsks(image, ...numpy1Askers).length > 0) return undefined;
  const hasNumpy = image.base?.distributions.has("numpy") === true;
  let cause: PythonAsk | undefined;
  for (const ask of pythonAsks(image, "numpy", ...openCv)) {
    const { requirement, install } = ask;
    if (install.options.has("--no-deps") && requirement.name !== "numpy") continue;
    const numpy = install.requirements.filter(({ name }) => name === "numpy");
    if (numpy.some(({ specifier }) => staysBelow(specifier, "2"))) cause = undefined;
    else if (requirement.name === "numpy") {
      // Without a version, pip keeps the numpy that is there.
      if (startsAt(requirement.specifier, "2") || (!hasNumpy && isFirst(ask, image))) cause = ask;
    } else if (!staysBelow(requirement.specifier, "4.12")) cause = ask;
  }
  return cause;
}

function isFirst({ requirement }: PythonAsk, image: ImageFacts): boolean {
  return pythonAsks(image, "numpy")[0]?.requirement === requirement;
}

function report({ requirement, install }: PythonAsk, torch: TorchInImage, image: ImageFacts): Report {
  const isNumpy = requirement.name === "numpy";
  const fix = capped(requirement, image);
  return {
    message: isNumpy
      ? `Every job that hands arrays to torch fails: numpy 2 is installed here, and torch ${torch.version} knows only numpy 1.`
      : `Every job that hands arrays to torch fails: ${requirement.name} brings numpy 2, and torch ${torch.version} knows only numpy 1.`,
    remedy: isNumpy ? "Ask for numpy below 2." : `Take ${requirement.name} below 4.12, or a torch from 2.3 on.`,
    at: requirement.location,
    confidence: "likely",
    evidence: [
      torch.requirement === undefined
        ? { statement: `The base image ${image.baseReference ?? ""} brings torch ${torch.version}.` }
        : { statement: `${torch.requirement.written} is asked for here.`, location: torch.requirement.location },
      { statement: `No requirement of this ${install.tool} call keeps numpy below 2.` },
    ],
    ...(fix === undefined ? {} : { fix }),
  };
}

function capped(requirement: PythonAsk["requirement"], image: ImageFacts): Fix | undefined {
  const { name, specifier, extras, written } = requirement;
  if (extras.length > 0 || startsAt(specifier, name === "numpy" ? "2" : "4.12")) return undefined;
  const bound = name === "numpy" ? "<2" : "<4.12";
  return editRequirement(
    image,
    requirement,
    `${written}${specifier === "" ? "" : ","}${bound}`,
    `Keep ${name} ${bound}`,
  );
}
