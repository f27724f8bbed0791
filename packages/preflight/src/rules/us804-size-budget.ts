import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import { platformLimits } from "#knowledge/index.js";
import type { Evidence, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import { fetchedAtStart, placeOf } from "./shared/fetched-at-start.js";
import { imageBytes } from "./shared/image-bytes.js";
import { mountedAt } from "./shared/mounted-at.js";
import { isBuiltByPlatform } from "./shared/platform-build.js";
import { inGB, sumOfWeights, weightBytes } from "./shared/weight-bytes.js";
import type { ImageRule } from "./rule.js";

/** The image, or what the worker fetches, is larger than the disk or than the largest image that is taken. */
export const sizeBudget: ImageRule = {
  scope: "image",
  meta: {
    id: "US804",
    name: "size-budget",
    level: "error",
    phase: "deploy",
    summary: "The image is larger than the container disk, the platform's limit or the project's own.",
    seeds: ["S32", "S39", "S102", "S115", "S123"],
    fix: "by-hand",
  },
  *check(image) {
    const { weights, estimated } = imageBytes(image);
    const baked = heaviest(image.downloads.filter((each) => each.when === "build" && each.isInFinalImage));
    for (const limit of limitsOf(image)) {
      const total = weights + estimated;
      const at = limit.location ?? baked?.location ?? { path: image.dockerfile.path, line: image.finalStage.from.line };
      const evidence = [...weightLines(baked), ...guess(estimated)];
      if (weights > limit.bytes) yield tooLarge(`weights of at least ${inGB(weights)}`, limit, at, evidence, "error");
      else if (limit.isForImage && total > limit.bytes)
        yield tooLarge(`about ${inGB(total)} or more`, limit, at, evidence, "warning");
    }
    const disk = image.project.endpoint.containerDiskGB;
    const fetched = fetchedAtStart(image).filter((each) => mountedAt(placeOf(each), image) === undefined);
    const bytes = sumOfWeights(fetched.filter((each) => placeOf(each) !== undefined));
    if (disk === undefined || bytes <= disk.value * 1e9) return;
    yield {
      message: `The worker fetches at least ${inGB(bytes)} of weights onto a container disk of ${disk.value} GB: "No space left on device".`,
      remedy: `Set the container disk above ${inGB(bytes * 1.1)}, or fetch to a network volume.`,
      at: disk.location,
      confidence: "likely",
      evidence: weightLines(heaviest(fetched)),
    };
  },
  lookedAt: (image) => {
    const limits = limitsOf(image).map(({ name, bytes }) => `${name} ${inGB(bytes)}`);
    return limits.length === 0 ? "" : limits.join(", ");
  },
};

interface Limit {
  readonly name: string;
  readonly bytes: number;
  readonly location: Location | undefined;
  /** False for the disk: workers with 5 GB run on a base image of 7, so estimates of the base say nothing there. */
  readonly isForImage: boolean;
}

function limitsOf(image: ImageFacts): readonly Limit[] {
  const { project } = image;
  const { containerDiskGB: disk } = project.endpoint;
  const { maxImageGB } = project.config;
  return [
    ...(disk === undefined
      ? []
      : [{ name: "the container disk of", bytes: disk.value * 1e9, location: disk.location, isForImage: false }]),
    ...(isBuiltByPlatform(image)
      ? [
          {
            name: "the platform's limit for an image of",
            bytes: platformLimits.imageGB * 1e9,
            location: undefined,
            isForImage: true,
          },
        ]
      : []),
    ...(maxImageGB === undefined
      ? []
      : [{ name: "maxImageGB of", bytes: maxImageGB * 1e9, location: undefined, isForImage: true }]),
  ];
}

function tooLarge(
  what: string,
  { name, bytes }: Limit,
  at: Location,
  evidence: readonly Evidence[],
  level: Report["level"] & string,
): Report {
  return {
    message: `The image holds ${what}, more than ${name} ${inGB(bytes)}.`,
    remedy: "Raise the limit, keep the weights on a network volume, or let the platform cache the model.",
    at,
    level,
    confidence: "likely",
    evidence,
  };
}

function heaviest(downloads: readonly ModelDownload[]): ModelDownload | undefined {
  const sized = downloads.map((download) => ({ download, bytes: weightBytes(download) ?? 0 }));
  return sized.toSorted((a, b) => b.bytes - a.bytes)[0]?.download;
}

function weightLines(download: ModelDownload | undefined): readonly Evidence[] {
  const bytes = download && weightBytes(download);
  if (download === undefined || bytes === undefined) return [];
  return [{ statement: `${download.what}: at least ${inGB(bytes)}.`, location: download.location }];
}

function guess(estimated: number): readonly Evidence[] {
  return estimated === 0 ? [] : [{ statement: `CUDA and torch: about ${inGB(estimated)}.` }];
}
