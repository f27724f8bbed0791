import type { ImageFacts, PythonRequirement } from "#facts/image/image-facts.js";
import { buildNeeds, platformLimits } from "#knowledge/index.js";
import type { Evidence } from "#model/finding.js";
import { imageBytes, torchBytes } from "./shared/image-bytes.js";
import { isBuiltByPlatform } from "./shared/platform-build.js";
import { inGB } from "./shared/weight-bytes.js";
import type { ImageRule } from "./rule.js";

/** The build takes longer than a platform that builds from git allows. */
export const buildTime: ImageRule = {
  scope: "image",
  meta: {
    id: "US810",
    name: "build-time",
    level: "warning",
    phase: "build",
    summary: "The build is likely to take longer than the platform's limit for `docker build`.",
    seeds: ["S12", "S22"],
    fix: "by-hand",
  },
  *check(image) {
    const { buildStepSeconds } = platformLimits;
    const { weights } = imageBytes(image);
    const sources = builtFromSource(image);
    const bytes = weights + torchBytes(image);
    const seconds = bytes / bytesPerSecond + sources.reduce((sum, each) => sum + each.seconds, 0);
    if (seconds <= buildStepSeconds) return;
    const minutes = Math.round(seconds / 60);
    const isLimited = isBuiltByPlatform(image);
    const heaviest = image.downloads.find((each) => each.when === "build" && each.isInFinalImage);
    const location = sources[0]?.location ?? heaviest?.location;
    const evidence: readonly Evidence[] = [
      { statement: `${inGB(bytes)} of weights and wheels at 25 MB/s, fetched, written and packed.` },
      ...sources.map((each) => ({ statement: `${each.name} is compiled.`, location: each.location })),
    ];
    yield {
      message: `The build takes about ${minutes} minutes; a platform that builds from git stops \`docker build\` after ${buildStepSeconds / 60}.`,
      remedy:
        "Build a base image with the heavy layers elsewhere and start from it, or keep the weights out of the image.",
      at: location ?? { path: image.dockerfile.path, line: image.finalStage.from.line },
      level: isLimited ? "warning" : "note",
      confidence: "likely",
      evidence,
    };
  },
  lookedAt: ({ downloads, installed }) => `${downloads.length} downloads, ${installed.python.length} installs`,
};

/** What 67 GB in 45 to 60 minutes come to, fetching, writing and packing taken together. */
const bytesPerSecond = 25e6;
/** flash-attn and its like compile CUDA kernels for every architecture: half an hour on a few cores. */
const nvccSeconds = 1800;
const compilerSeconds = 180;

function builtFromSource({ installed }: ImageFacts) {
  const requirements = installed.python
    .filter(({ isInFinalImage, tool }) => isInFinalImage && tool !== "conda")
    .flatMap((install) => install.requirements);
  const byName = new Map<string, PythonRequirement>();
  for (const requirement of requirements) if (requirement.url === undefined) byName.set(requirement.name, requirement);
  return [...byName.values()].flatMap(({ name, specifier, location }) => {
    const need = buildNeeds(name, /^==\s*([\d.]+)$/.exec(specifier)?.[1]);
    if (need === undefined) return [];
    return [{ name, location, seconds: need.tools.includes("nvcc") ? nvccSeconds : compilerSeconds }];
  });
}
