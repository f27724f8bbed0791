import type { HealthReply, PurgeReply } from "#protocol.js";
import { RunPodClientError } from "./errors.js";
import { isObject, type JsonObject } from "./json.js";

/**
 * Reads the answer of `/health`; a count that is missing is 0.
 * @throws RunPodClientError `bad-answer`.
 */
export function readHealth(json: JsonObject): HealthReply {
  const { jobs, workers } = json;
  if (!isObject(jobs) || !isObject(workers)) {
    throw new RunPodClientError("bad-answer", "The answer to /health has no jobs or no workers.");
  }
  return {
    jobs: {
      completed: count(jobs["completed"]),
      failed: count(jobs["failed"]),
      inProgress: count(jobs["inProgress"]),
      inQueue: count(jobs["inQueue"]),
      retried: count(jobs["retried"]),
    },
    workers: {
      idle: count(workers["idle"]),
      initializing: count(workers["initializing"]),
      ready: count(workers["ready"]),
      running: count(workers["running"]),
      throttled: count(workers["throttled"]),
    },
  };
}

/** Reads the answer of `/purge-queue`. */
export function readPurge(json: JsonObject): PurgeReply {
  return { removed: count(json["removed"]), status: "completed" };
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
