import { platformLimits, workerVariables } from "#knowledge/index.js";
import { fetchBytesPerSecond, fetchedAtStart } from "./shared/fetched-at-start.js";
import { fetchedBeforeFirstJob } from "./shared/fetched-before-first-job.js";
import { inGB, sumOfWeights, weightBytes } from "./shared/weight-bytes.js";
import type { ImageRule } from "./rule.js";

/** The worker fetches so much before it is ready that the platform takes it for dead. */
export const initTimeout: ImageRule = {
  scope: "image",
  meta: {
    id: "US913",
    name: "init-timeout",
    level: "warning",
    phase: "start",
    summary: "A worker fetches weights for longer than the platform waits for its start.",
    seeds: ["S96", "S119"],
    fix: "by-hand",
  },
  *check(image) {
    if (image.target !== "serverless" && image.target !== "load-balancer") return;
    const { runtimeEnvironment, project } = image;
    if (runtimeEnvironment.has(variable) || project.endpoint.environment.has(variable)) return;
    const fetched = fetchedBeforeFirstJob(image);
    const bytes = sumOfWeights(fetched);
    const seconds = Math.round(bytes / fetchBytesPerSecond);
    const { initSeconds } = platformLimits;
    const first = fetched.find((each) => weightBytes(each) !== undefined);
    if (first === undefined || seconds <= initSeconds) return;
    yield {
      message: `The worker fetches at least ${inGB(bytes)} before it is ready, about ${seconds} s at 100 MB/s; after ${initSeconds} s the platform counts it as unhealthy and stops it.`,
      remedy: `Set ${variable} to ${Math.ceil((seconds * 1.5) / 60) * 60} at the endpoint, or bring the weights with the image or a volume.`,
      at: first.location,
      confidence: "likely",
    };
  },
  lookedAt: (image) => {
    const count = fetchedAtStart(image).length;
    return count === 0 ? "" : `${count} downloads at start`;
  },
};

const variable = workerVariables.initTimeoutSeconds;
