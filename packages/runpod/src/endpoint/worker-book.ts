import type { WorkerSighting } from "./endpoint.js";

/** Who was heard of, when, and what they do. */
export interface WorkerBook {
  /** A request of any kind came from this worker. */
  saw(workerId: string): void;
  /** It asks for jobs; idle ones say so. @returns is called when the poll has ended. */
  pollBegan(workerId: string, isIdle: boolean): () => void;
  tookJob(workerId: string, jobId: string): void;
  finishedJob(workerId: string, jobId: string): void;
  /** It says which jobs it runs. */
  reported(workerId: string, jobIds: readonly string[]): void;
  gaveUp(workerId: string, reason: string): void;
  forget(workerId: string): void;
  sightings(): readonly WorkerSighting[];
}

/** A worker's reports come from another process of its, and are this much older than the jobs it was given. */
const reportLagMs = 5_000;

/** More are not written down: no endpoint of this kind has so many. */
const maxWorkers = 10_000;

interface Entry {
  lastSeenAt: number;
  polls: number;
  /** When each job was taken. */
  readonly jobs: Map<string, number>;
  unhealthy: string | undefined;
}

/** A book in memory. Workers that poll at this moment are never forgotten; others `forgetAfterMs` after their last sign. */
export function createWorkerBook(now: () => number, forgetAfterMs: number): WorkerBook {
  const entries = new Map<string, Entry>();
  const prune = () => {
    const oldest = now() - forgetAfterMs;
    for (const [id, { lastSeenAt, polls }] of entries) if (lastSeenAt < oldest && polls === 0) entries.delete(id);
  };
  const saw = (workerId: string): Entry => {
    const known = entries.get(workerId);
    if (known === undefined && entries.size >= maxWorkers) prune();
    const entry = known ?? { lastSeenAt: 0, polls: 0, jobs: new Map<string, number>(), unhealthy: undefined };
    if (known === undefined && entries.size < maxWorkers) entries.set(workerId, entry);
    entry.lastSeenAt = now();
    return entry;
  };
  return {
    saw,
    pollBegan(workerId, isIdle) {
      const entry = saw(workerId);
      entry.polls++;
      entry.unhealthy = undefined;
      if (isIdle) entry.jobs.clear();
      return () => {
        entry.polls--;
        entry.lastSeenAt = now();
      };
    },
    tookJob(workerId, jobId) {
      saw(workerId).jobs.set(jobId, now());
    },
    finishedJob(workerId, jobId) {
      saw(workerId).jobs.delete(jobId);
    },
    reported(workerId, jobIds) {
      const { jobs } = saw(workerId);
      for (const [id, takenAt] of jobs) {
        if (!jobIds.includes(id) && takenAt < now() - reportLagMs) jobs.delete(id);
      }
      for (const id of jobIds) if (!jobs.has(id)) jobs.set(id, now());
    },
    gaveUp(workerId, reason) {
      saw(workerId).unhealthy = reason;
    },
    forget(workerId) {
      entries.delete(workerId);
    },
    sightings() {
      prune();
      return [...entries].map(([workerId, { lastSeenAt, polls, jobs, unhealthy }]) => ({
        workerId,
        lastSeenAt,
        isBusy: jobs.size > 0,
        isPolling: polls > 0,
        ...(unhealthy !== undefined && { unhealthy }),
      }));
    },
  };
}
