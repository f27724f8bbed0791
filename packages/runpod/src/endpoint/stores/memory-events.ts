import type { EventHub } from "./event-hub.js";
import type { KeptJob, MemoryJobs } from "./memory-jobs.js";

/** Says that a job has ended, and that its webhook is due if it has one. */
export function tellEnd({ record: { endpointId, id: jobId }, webhook }: KeptJob, hub: EventHub): void {
  hub.emit({ kind: "changed", endpointId, jobId });
  if (webhook) hub.emit({ kind: "webhook", endpointId });
}

/** Has the worker that runs a job told to stop it. */
export function tellStop(jobs: MemoryJobs, { record }: KeptJob, now: number, hub: EventHub): void {
  const { endpointId, id, workerId } = record;
  if (workerId === undefined) return;
  jobs.stop(workerId, id, now);
  hub.emit({ kind: "stop", endpointId, workerId });
}
