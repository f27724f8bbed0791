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
    if (python !== undefined) for (const name of ["runpod"]) yield* tooOld(name, python, image);
    yield* refusedGetPip(image);
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

/** get-pip.py of the newest pip (26.3: Requires-Python) ends with an error on an older Python; older ones have their own. */
const getPipFloor = "3.10";

function* refusedGetPip({ buildCommands, python }: ImageFacts): Iterable<Report> {
  let fetched: string | undefined;
  for (const { command } of buildCommands) {
    fetched = command.words.find(({ text }) => /^https?:.*\/get-pip\.py$/.test(text))?.text ?? fetched;
    const [, named, isPython] = /^(?:python(\d\.\d+)|(python3?))$/.exec(command.name) ?? [];
    const version = named ?? (isPython === undefined ? undefined : python.version);
    const isPiped = command.pipedFrom?.words.some(({ text }) => text === fetched) === true;
    const isRun = isPiped || command.words.some(({ text }) => /(?:^|\/)get-pip\.py$/.test(text));
    if (version === undefined || !isRun || fetched === undefined || !newestGetPip.test(fetched)) continue;
    if (compareVersions(version, getPipFloor) >= 0) continue;
    yield {
      message: `The build stops here: get-pip.py needs Python ${getPipFloor}, and ${command.name} is ${version}.`,
      remedy: `Fetch https://bootstrap.pypa.io/pip/${version}/get-pip.py, or install python3-pip.`,
      at: command.location,
      level: command.fate.kind === "stops" ? "error" : "warning",
      confidence: "likely",
      evidence: [{ statement: `The script of the newest pip comes from ${fetched}.` }],
    };
  }
}

const newestGetPip = /^https?:\/\/bootstrap\.pypa\.io\/get-pip\.py$/;
