import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import { workerStarts } from "./shared/handler.js";
import type { ImageRule } from "./rule.js";

/** The endpoint's settings do not fit the worker that it runs. */
export const endpointShape: ImageRule = {
  scope: "image",
  meta: {
    id: "US914",
    name: "endpoint-shape",
    level: "error",
    phase: "deploy",
    summary: "The endpoint or template is of another kind than its image, or has cards or a disk that do not fit.",
    seeds: ["S34"],
    fix: "by-hand",
  },
  *check(image) {
    const { endpoint, config } = image.project;
    const { isServerless, gpuCount } = endpoint;
    if (isServerless?.value === false && config.target === undefined && isQueueWorker(image)) {
      yield {
        message: "The template is for pods, but its image is a queue worker: no job ever reaches it.",
        remedy: "Make a serverless template (`isServerless: true`, hub type `serverless`).",
        at: isServerless.location,
        confidence: "likely",
        evidence: [{ statement: "The start command leads to runpod.serverless.start." }],
      };
    }
    if (gpuCount !== undefined && gpuCount.value > 1 && isQueueWorker(image) && usesOneCard(image)) {
      yield {
        message: `Each worker rents ${gpuCount.value} cards, and nothing in the code that it runs spreads work over more than one.`,
        remedy: "Set the number of cards to 1.",
        at: gpuCount.location,
        level: "note",
        confidence: "possible",
      };
    }
    yield* hubFaults(image);
  },
  lookedAt: ({ project: { endpoint } }) => {
    const settings = [endpoint.isServerless, endpoint.gpuCount, endpoint.containerDiskGB].filter(
      (each) => each !== undefined,
    );
    return settings.length === 0 ? "" : `${settings.length} settings of the endpoint`;
  },
};

const isQueueWorker = (image: ImageFacts): boolean => workerStarts(image).length > 0;

/** What hub.json says of the machine. */
function* hubFaults(image: ImageFacts): Iterable<Report> {
  const hub = image.project.dataFiles.get(".runpod/hub.json");
  const value = hub?.value as { readonly config?: { readonly runsOn?: unknown; readonly containerDiskInGb?: unknown } };
  if (hub === undefined || typeof value?.config !== "object" || value.config === null) return;
  const at = (key: string) => ({ path: hub.path, line: hub.lineOf(["config", key]) });
  if (value.config.runsOn === "CPU" && image.base?.cuda !== undefined && image.purpose === "worker") {
    yield {
      message: `hub.json rents machines without a GPU, but the image brings CUDA ${image.base.cuda}.`,
      remedy: 'Set `"runsOn": "GPU"`.',
      at: at("runsOn"),
      level: "warning",
      confidence: "likely",
    };
  }
  if (value.config.containerDiskInGb === 0) {
    yield {
      message: "hub.json gives the worker a container disk of 0 GB: whatever a job writes fails.",
      remedy: "Set containerDiskInGb to what the image's packages and a job's files need, such as 20.",
      at: at("containerDiskInGb"),
      confidence: "likely",
    };
  }
}

/** A program that the code starts may spread the work by itself. */
function usesOneCard({ python, entry }: ImageFacts): boolean {
  const texts = [
    ...python.modules.filter(({ isReachable }) => isReachable).map(({ module }) => module.source.text),
    ...entry.commands.map(({ words }) => words.map(({ text }) => text).join(" ")),
  ];
  return !texts.some((text) =>
    /device_map|DataParallel|torchrun|nproc|tensor_parallel|accelerate|deepspeed|device_count|cuda:1|subprocess|vllm/i.test(
      text,
    ),
  );
}
