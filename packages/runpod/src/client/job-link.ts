import { hostedLimits } from "#protocol.js";
import { ask } from "./ask.js";
import type { JsonObject } from "./json.js";
import type { Schema } from "./job-view.js";
import type { Link, Question } from "./link.js";

/** A job at an endpoint, and what its values should look like. */
export interface JobLink<Output = unknown, Chunk = unknown> {
  readonly link: Link;
  readonly id: string;
  readonly output: Schema<Output> | undefined;
  readonly chunk: Schema<Chunk> | undefined;
  /** `isKnown`: whether the endpoint has spoken of this job; a 404 from then on means that it is gone. */
  readonly memory: { isKnown: boolean };
}

/** Asks for something of one job. */
export async function askOfJob(job: JobLink, question: Omit<Question, "jobId" | "isKnown">): Promise<JsonObject> {
  const json = await ask(job.link, { ...question, jobId: job.id, isKnown: job.memory.isKnown });
  job.memory.isKnown = true;
  return json;
}

/** A wait that the endpoint accepts, in milliseconds. */
export function boundedWaitMs(ms: number): number {
  return Math.min(hostedLimits.maxWaitMs, Math.max(hostedLimits.minWaitMs, Math.round(ms)));
}
