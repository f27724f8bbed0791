import type { ImageFacts } from "#facts/image/image-facts.js";
import { compareVersions, pythonFloors } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { pythonAsks } from "./shared/python-asks.js";
import { startsAt, staysBelow } from "./shared/specifier.js";

/** A package whose newer versions need a newer Python: pip takes an old one without a word, or finds none. */
export const pythonFloor: ImageRule = {
  scope: "image",
  meta: {
    id: "US317",
    name: "python-floor",
    level: "warning",
    phase: "build",
    summary: "The image's Python is older than what a required package needs.",
    seeds: ["S41"],
    fix: "by-hand",
  },
  *check(image) {
    const python = image.python.version;
    if (python === undefined) return;
    for (const name of ["runpod"]) yield* tooOld(name, python, image);
  },
  lookedAt: ({ python: { version } }) => (version === undefined ? "" : `Python ${version}`),
};

function* tooOld(name: string, python: string, image: ImageFacts): Iterable<Report> {
  const floor = pythonFloors(name).find((each) => compareVersions(python, each.python) < 0);
  const ask = pythonAsks(image, name).at(-1);
  if (floor === undefined || ask === undefined || staysBelow(ask.requirement.specifier, floor.since)) return;
  const { written, specifier, location } = ask.requirement;
  const isImpossible = startsAt(specifier, floor.since);
  yield {
    message: isImpossible
      ? `The build stops here: ${written} needs Python ${floor.python}, and the image has ${python}.`
      : `pip takes a ${name} below ${floor.since} here: newer ones need Python ${floor.python}, and the image has ${python}.`,
    remedy: `Start from a base image with Python ${floor.python} or later, or pin ${name} below ${floor.since} on purpose.`,
    at: location,
    level: isImpossible ? "error" : "warning",
    confidence: "likely",
    evidence: [{ statement: `Python ${python} comes from ${image.baseReference ?? "the image's own steps"}.` }],
  };
}
