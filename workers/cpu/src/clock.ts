import { setTimeout as sleep } from "node:timers/promises";

/** Time, as jobs use it; a test hands in a made-up one. */
export interface WorkClock {
  /** Milliseconds from any start, never backwards. */
  nowMs(): number;
  /** Does something once, later; call the result to leave it. */
  after(ms: number, action: () => void): () => void;
  /** @throws the signal's reason when aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

/** This machine's clock. */
export const systemClock: WorkClock = {
  nowMs: () => performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  pause: (ms, signal) => sleep(ms, undefined, { signal }),
};
