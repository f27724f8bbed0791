import { setMaxListeners } from "node:events";

/** How a worker ends: first it takes no more jobs, then it lets go of those that run. */
export interface Ending {
  /** Aborted: take no more jobs. */
  readonly noMoreJobs: AbortSignal;
  /** Aborted: leave running jobs to other workers. */
  readonly letGo: AbortSignal;
  /** Ends the worker; a second time, without waiting for its jobs. */
  request(): void;
  /** Takes no more jobs, however often it is called. */
  finish(): void;
  close(): void;
}

/** @param graceMs from the first request until running jobs are let go; undefined, or 24 days and more: no end. */
export function createEnding(graceMs: number | undefined): Ending {
  const noMoreJobs = new AbortController();
  const letGo = new AbortController();
  // Each result that waits for its next attempt listens, too: more than ten are no leak.
  setMaxListeners(0, noMoreJobs.signal, letGo.signal);
  let isRequested = false;
  let timer: NodeJS.Timeout | undefined;
  return {
    noMoreJobs: noMoreJobs.signal,
    letGo: letGo.signal,
    request() {
      if (isRequested) return letGo.abort();
      isRequested = true;
      noMoreJobs.abort();
      // A longer timer would go off at once.
      if (graceMs !== undefined && graceMs < 2 ** 31) timer = setTimeout(() => letGo.abort(), graceMs);
    },
    finish: () => noMoreJobs.abort(),
    close: () => clearTimeout(timer),
  };
}
