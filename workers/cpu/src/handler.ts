import type { Handler } from "@understudy/runpod/worker";
import { runBriefJob } from "./brief-job.js";
import { runEngineJob } from "./engine-job.js";
import { runSpeakJob } from "./speak-job.js";
import type { Workshop } from "./workshop.js";

/** The map: an order with a `task` speaks the voice contract or the engine contract, every other one is the brief's job. */
export function createHandler(workshop: Workshop): Handler {
  return ({ input }, context) => {
    if (!isTask(input)) return runBriefJob(input, workshop, context);
    return input.task === "speak" ? runSpeakJob(input, workshop, context) : runEngineJob(input, workshop, context);
  };
}

function isTask(input: unknown): input is { readonly task: unknown } {
  return typeof input === "object" && input !== null && "task" in input;
}
