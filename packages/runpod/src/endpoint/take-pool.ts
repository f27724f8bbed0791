import { createPause, storeRetryMs } from "./hold.js";
import type { JobRecord } from "./stores/job-record.js";
import type { Taker } from "./stores/job-store.js";

/** Everybody who waits for a job of one endpoint. */
export interface TakePool {
  /**
   * Jobs for this taker; empty when none came in time or the signal was aborted. Jobs that were already on their way when
   * the signal was aborted are returned all the same: they must be given back.
   */
  take(taker: Taker, waitMs: number, signal: AbortSignal): Promise<readonly JobRecord[]>;
  /** Says that there may be jobs. */
  wake(): void;
  /** Ends every wait, now and later. */
  close(): void;
}

/** Takes jobs for many takers in one act of the store. */
type TakeForAll = (takers: readonly Taker[]) => Promise<readonly (readonly JobRecord[])[]>;

/** Most takers of one round; the others have the next. */
const roundSize = 64;

interface Waiter {
  readonly taker: Taker;
  readonly finish: (jobs: readonly JobRecord[]) => void;
  /** Whether the store was asked on its behalf since it came. */
  hasLooked: boolean;
  isInRound: boolean;
  /** Its time is up; it is let go as soon as the round that it is in has ended. */
  isLeaving: boolean;
}

/**
 * Coalesces polls: at most one take is in flight, and whoever comes meanwhile is in the next. A waiter that found the queue
 * empty is asked for again only after `wake`, so idle pollers cost nothing.
 */
export function createTakePool(takeForAll: TakeForAll): TakePool {
  const waiting = new Set<Waiter>();
  const pause = createPause();
  let isRunning = false;
  let mayHaveJobs = false;
  let isClosed = false;

  const finish = (waiter: Waiter, jobs: readonly JobRecord[]) => {
    waiting.delete(waiter);
    waiter.finish(jobs);
  };
  const leave = (waiter: Waiter) => {
    if (waiter.isInRound) waiter.isLeaving = true;
    else finish(waiter, []);
  };
  const nextRound = () => [...waiting].filter((waiter) => mayHaveJobs || !waiter.hasLooked).slice(0, roundSize);

  async function serve(round: readonly Waiter[]): Promise<void> {
    mayHaveJobs = false;
    for (const waiter of round) waiter.isInRound = waiter.hasLooked = true;
    pause.rearm();
    const lists = await takeForAll(round.map((waiter) => waiter.taker)).catch(() => undefined);
    for (const [index, waiter] of round.entries()) {
      const jobs = lists?.[index] ?? [];
      waiter.isInRound = false;
      if (jobs.length > 0 || waiter.isLeaving || isClosed) finish(waiter, jobs);
    }
    if (lists === undefined) {
      await pause.sleep(storeRetryMs);
      mayHaveJobs = true;
    } else if (lists.every((jobs) => jobs.length > 0)) {
      mayHaveJobs = true;
    }
  }

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    try {
      for (let round = nextRound(); round.length > 0; round = nextRound()) await serve(round);
    } finally {
      isRunning = false;
    }
  }

  return {
    take(taker, waitMs, signal) {
      if (isClosed || signal.aborted) return Promise.resolve([]);
      return new Promise((resolve) => {
        const onEnd = () => leave(waiter);
        const timer = setTimeout(onEnd, waitMs);
        signal.addEventListener("abort", onEnd);
        const waiter: Waiter = {
          taker,
          hasLooked: false,
          isInRound: false,
          isLeaving: false,
          finish(jobs) {
            clearTimeout(timer);
            signal.removeEventListener("abort", onEnd);
            resolve(jobs);
          },
        };
        waiting.add(waiter);
        void run();
      });
    },
    wake() {
      mayHaveJobs = true;
      pause.wake();
      void run();
    },
    close() {
      isClosed = true;
      pause.wake();
      for (const waiter of waiting) leave(waiter);
    },
  };
}
