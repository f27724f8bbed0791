import type { EventHub } from "./event-hub.js";
import type { JobRecord } from "./job-record.js";
import type { KeptJob, MemoryJobs } from "./memory-jobs.js";

/** Says that a job has ended, and that its webhook is due if it has one. */
export function tellEnd({ record: { endpointId, id: jobId }, webhook }: KeptJob, hub: EventHub): void {
  hub.emit({ kind: "changed", endpointId, jobId });
  if (webhook) hub.emit({ kind: "webhook", endpointId });
}

/** Has a worker told to stop a job. */
export function tellStop(
  jobs: MemoryJobs,
  { endpointId, id, workerId }: Pick<JobRecord, "endpointId" | "id" | "workerId">,
  now: number,
  hub: EventHub,
): void {
  if (workerId === undefined) return;
  jobs.stop(workerId, id, now);
  hub.emit({ kind: "stop", endpointId, workerId });
}
