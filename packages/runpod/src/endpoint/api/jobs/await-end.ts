import type { Call, Shared } from "#endpoint/call.js";
import { holdUntil } from "#endpoint/hold.js";
import type { JobRecord } from "#endpoint/stores/job-record.js";
import { topicOf } from "#endpoint/topics.js";
import { isTerminal } from "#protocol.js";

/** Waits for a job's end; returns it as it is when the time is up, and undefined when there is no such job. */
export function awaitEnd(
  { settings, store, topics, isClosing }: Shared,
  { signal }: Call,
  jobId: string,
  waitMs: number,
): Promise<JobRecord | undefined> {
  return holdUntil(
    { topics, topic: topicOf.job(jobId), waitMs, signal, isOver: () => signal.aborted || isClosing() },
    () => store.get(settings.id, jobId),
    (job) => job === undefined || isTerminal(job.status),
  );
}
