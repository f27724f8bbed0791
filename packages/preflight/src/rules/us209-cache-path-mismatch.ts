import { cacheFolderOf } from "#facts/image/cache-folders.js";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import { isBelow } from "#facts/image/stage-files.js";
import type { Report } from "#model/finding.js";
import { fetchedAtStart, placeOf } from "./shared/fetched-at-start.js";
import { mountedAt } from "./shared/mounted-at.js";
import type { ImageRule } from "./rule.js";

/** Weights are baked into one cache folder while the running image looks in another, or is told not to look at all. */
export const cachePathMismatch: ImageRule = {
  scope: "image",
  meta: {
    id: "US209",
    name: "cache-path-mismatch",
    level: "warning",
    phase: "start",
    summary: "Weights are baked into another cache folder than the running image reads, or it is offline without any.",
    seeds: ["S83", "S86"],
    fix: "by-hand",
  },
  *check(image) {
    const baked = bakedOf(image);
    const told = new Set<ModelDownload>();
    for (const wanted of fetchedAtStart(image)) {
      const same = baked.find((each) => each.what === wanted.what);
      if (same !== undefined && !told.has(same)) {
        told.add(same);
        yield elsewhere(same, wanted, image);
      } else if (same === undefined && isMissedOffline(wanted, image)) yield offline(wanted, image);
    }
    for (const each of baked) {
      const folder = told.has(each) ? undefined : unreadCache(each, image);
      if (folder !== undefined) yield unread(each, folder, image);
    }
  },
  lookedAt: (image) => {
    const count = bakedOf(image).length + fetchedAtStart(image).length;
    return count === 0 ? "" : `${count} downloads`;
  },
};

/** Each is looked for in the text of the code; a worker has a few. */
const maxBaked = 200;

function bakedOf({ downloads }: ImageFacts): readonly ModelDownload[] {
  return downloads
    .filter((each) => each.when === "build" && each.isInFinalImage && placeOf(each) !== undefined)
    .slice(0, maxBaked);
}

function elsewhere(baked: ModelDownload, wanted: ModelDownload, image: ImageFacts): Report {
  const line = variableLine(image);
  return {
    message: `${baked.what} is baked into ${placeOf(baked)}, but the running code looks in ${placeOf(wanted)}: it is fetched again at every cold start.`,
    remedy: "Let HF_HOME, or the folder that the code names, be the same for the build and the run.",
    at: baked.location,
    level: isOffline(image) && wanted.kind === "hf" ? "error" : "warning",
    confidence: "likely",
    evidence: [{ statement: `The code that looks for it.`, location: wanted.location }, ...line],
  };
}

function offline(wanted: ModelDownload, image: ImageFacts): Report {
  const location = offlineVariables.map((name) => image.environmentLine(name)).find((line) => line !== undefined);
  return {
    message: `Every job fails: ${wanted.what} is not in the image, and HF_HUB_OFFLINE=1 forbids to fetch it.`,
    remedy: `Fetch ${wanted.what} in a RUN, or drop the variable.`,
    at: location ?? wanted.location,
    level: "error",
    confidence: "likely",
    evidence: [{ statement: `The code asks for ${wanted.what}.`, location: wanted.location }],
  };
}

function unread(baked: ModelDownload, folder: string, image: ImageFacts): Report {
  return {
    message: `${baked.what} is baked into ${placeOf(baked)}, but the running image's cache is ${folder}: it is fetched again at every cold start.`,
    remedy: "Set HF_HOME once, before the download, and leave it.",
    at: baked.location,
    confidence: "likely",
    evidence: variableLine(image),
  };
}

/** The cache that the running image reads, when it is not the baked one and no code names a folder of its own. */
function unreadCache(baked: ModelDownload, image: ImageFacts): string | undefined {
  if (baked.kind !== "hf" || baked.cacheFolder === undefined || !image.entry.isComplete) return undefined;
  const environment = image.entry.pythonFiles[0]?.command.environment ?? image.runtimeEnvironment;
  const { folder, variable } = cacheFolderOf("huggingface", environment);
  const isSame = isBelow(baked.cacheFolder, folder) || isBelow(folder, baked.cacheFolder);
  if (isSame || variable === undefined) return undefined;
  const text = image.python.modules.filter((each) => each.isReachable).map(({ module }) => module.source.text);
  const isNamed = text.some((each) => /HF_HOME|HF_HUB_CACHE|TRANSFORMERS_CACHE|cache_dir|cache_folder/.test(each));
  return isNamed || text.length === 0 || text.some((each) => each.includes(baked.cacheFolder ?? ""))
    ? undefined
    : folder;
}

const offlineVariables = ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"];

function isOffline({ runtimeEnvironment }: ImageFacts): boolean {
  return offlineVariables.some((name) => /^(1|true|yes|on)$/i.test(runtimeEnvironment.get(name) ?? ""));
}

/** Nothing that nobody can read may have filled the cache: a base image, a copied folder, Python at build. */
function isMissedOffline(wanted: ModelDownload, image: ImageFacts): boolean {
  const place = placeOf(wanted);
  if (wanted.kind !== "hf" || !isOffline(image) || place === undefined || image.base?.isWellKnown !== true)
    return false;
  if (mountedAt(place, image) !== undefined || image.files.below(place).length > 0) return false;
  const found = image.files.find(place);
  if (found.kind === "present" || (found.kind === "unknown" && !found.because.startsWith("the base image")))
    return false;
  return !image.buildCommands.some(
    ({ command }) => /^python|^(ba)?sh$/.test(command.name) && command.words[1]?.text !== "-m",
  );
}

function variableLine(
  image: ImageFacts,
): readonly { readonly statement: string; readonly location: NonNullable<Report["at"]> }[] {
  const { variable } = cacheFolderOf("huggingface", image.runtimeEnvironment);
  const location = variable === undefined ? undefined : image.environmentLine(variable);
  return location === undefined ? [] : [{ statement: `${variable} of the running image is set here.`, location }];
}
