import { posix } from "node:path";
import { startFolder } from "#facts/image/downloads.js";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import { absolutePath, knownText } from "#facts/image/known-text.js";
import { isBelow } from "#facts/image/stage-files.js";
import { isWeightFile } from "#facts/image/weights.js";
import type { Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import { fetchBytesPerSecond, fetchedAtStart, placeOf } from "./shared/fetched-at-start.js";
import { bakesUnnamed } from "./shared/bakes-unnamed.js";
import { mountedAt } from "./shared/mounted-at.js";
import { inGB, sumOfWeights } from "./shared/weight-bytes.js";
import type { ImageRule } from "./rule.js";

/** Every new worker fetches weights before its first job, or takes a folder for proof that it has them. */
export const coldStart: ImageRule = {
  scope: "image",
  meta: {
    id: "US811",
    name: "cold-start",
    level: "warning",
    phase: "start",
    summary: "Weights are fetched by every new worker, or a folder's existence is taken for a complete download.",
    seeds: ["S13", "S96", "S102", "S119"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.target !== "serverless" && image.target !== "load-balancer") return;
    const fetched = fetchedAtStart(image);
    const lost = fetched.filter(
      (each) => mountedAt(placeOf(each), image) === undefined && !isBakedElsewhere(each, image),
    );
    for (const downloads of byFile(lost)) yield everyStart(downloads, image);
    for (const download of fetched.slice(0, maxProofs)) {
      const proof = folderProof(download, image);
      if (proof !== undefined) yield weakProof(download, proof);
    }
  },
  lookedAt: (image) => {
    const count = image.downloads.filter(({ when }) => when === "start").length;
    return count === 0 ? "" : `${count} downloads at start`;
  },
};

/** US209 tells of the two places. */
function isBakedElsewhere({ what }: ModelDownload, { downloads }: ImageFacts): boolean {
  return downloads.some(
    (each) => each.when === "build" && each.isInFinalImage && each.what === what && placeOf(each) !== undefined,
  );
}

/** Each is looked for among all calls of its module; a worker fetches a few. */
const maxProofs = 200;

/** One cause, one finding: a start fetches what it needs in one file; places that nobody knows stand apart. */
function byFile(downloads: readonly ModelDownload[]): readonly (readonly ModelDownload[])[] {
  const groups = new Map<string, ModelDownload[]>();
  for (const download of downloads) {
    const key = `${placeOf(download) !== undefined} ${download.location.path}`;
    groups.set(key, [...(groups.get(key) ?? []), download]);
  }
  return [...groups.values()];
}

function everyStart(downloads: readonly ModelDownload[], image: ImageFacts): Report {
  const [first, ...others] = downloads;
  const names = inWords([...new Set(downloads.map(({ what }) => what))]);
  const bytes = sumOfWeights(downloads);
  const size = bytes === 0 ? "" : ` (at least ${inGB(bytes)}, ${Math.ceil(bytes / fetchBytesPerSecond)} s at 100 MB/s)`;
  return {
    message: `Every new worker fetches ${names}${size} before its first job: the customer waits, and the time is billed.`,
    remedy: "Fetch them in a RUN, let the platform cache the model, or keep them on a network volume.",
    at: first?.location ?? { path: "", line: 1 },
    evidence: others.slice(0, 8).map(({ what, location }) => ({ statement: `${what} is fetched here.`, location })),
    // A base image or a script that nobody can read may bring the weights; a folder that nobody knows may be filled, or a volume's.
    ...(image.base?.isWellKnown === true && first !== undefined && placeOf(first) !== undefined && !bakesUnnamed(image)
      ? { confidence: "likely" }
      : { confidence: "possible", level: "note" }),
  };
}

function inWords(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  return names.join(", ").replace(/, (?=[^,]*$)/, " and ");
}

function weakProof({ what, location }: ModelDownload, proof: Location): Report {
  return {
    message: `A folder is taken for proof that ${what} is complete: after a download that broke off, every later start fails.`,
    remedy:
      "Write a marker file when the download has ended and test for that, or call the download each time: it resumes.",
    at: proof,
    confidence: "likely",
    evidence: [{ statement: `${what} is fetched only when the folder is absent.`, location }],
  };
}

/** Where a start script or the function around the download asks whether its folder is there. */
function folderProof(download: ModelDownload, image: ImageFacts): Location | undefined {
  const { path, location } = download;
  if (path === undefined || isWeightFile(path)) return undefined;
  const command = image.entry.commands.find((each) => isSameLine(each.location, location));
  if (command !== undefined) {
    if (!command.isConditional) return undefined;
    return image.entry.commands.find(
      ({ name, words, location: at }) =>
        /^(\[\[?|test)$/.test(name) &&
        at.path === location.path &&
        at.line <= location.line &&
        words.some(({ text }) => text === "-d") &&
        words.some(({ text }) => text.startsWith("/") && isFolderOf(path, posix.resolve(text))),
    )?.location;
  }
  return proofInCode(path, location, image);
}

function proofInCode(path: string, location: Location, image: ImageFacts): Location | undefined {
  const module = image.python.modules.find((each) => each.module.source.path === location.path)?.module;
  const fetching = module?.calls.find(({ line }) => line === location.line);
  if (module === undefined || fetching === undefined) return undefined;
  const test = module.calls.find(({ callee, functionName, line, arguments: [first] }) => {
    if (first === undefined || functionName !== fetching.functionName || line > location.line) return false;
    if (!/^os\.path\.(exists|isdir)$/.test(callee)) return false;
    const text = knownText(first.value, module, image.runtimeEnvironment);
    const folder = absolutePath(text, startFolder(image), image.runtimeEnvironment);
    return folder !== undefined && isFolderOf(path, folder);
  });
  return test && { path: location.path, line: test.line };
}

/** The mount itself is asked for to see whether there is a volume. */
function isFolderOf(path: string, folder: string): boolean {
  return isBelow(path, folder) && folder.split("/").length > 2 && !isWeightFile(folder);
}

function isSameLine(one: Location, other: Location): boolean {
  return one.path === other.path && one.line === other.line;
}
