import type { Handler } from "@understudy/runpod/worker";
import { runBriefJob } from "./brief-job.js";
import { runEngineJob } from "./engine-job.js";
import type { Workshop } from "./workshop.js";

/** The map: an order with a `task` speaks the engine contract, every other one is the brief's job. */
export function createHandler(workshop: Workshop): Handler {
  return ({ input }, context) =>
    isTask(input) ? runEngineJob(input, workshop, context) : runBriefJob(input, workshop, context);
}

function isTask(input: unknown): boolean {
  return typeof input === "object" && input !== null && "task" in input;
}
