import { setTimeout as sleep } from "node:timers/promises";

/** What the client knows of time and chance; tests put their own here. */
export interface Clock {
  /** Milliseconds that never jump. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 up to, not including, 1. */
  random(): number;
}

/** The process's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  random: Math.random,
};

/** Pauses that double from `firstMs` to `maxMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Between a failed request and its repetition, and between two polls of `/status`. */
export const slowBackOff: BackOff = { firstMs: 250, maxMs: 5_000 };

/** Between two long polls that were both answered at once and without news. */
export const quickBackOff: BackOff = { firstMs: 50, maxMs: 1_000 };

/** The pause after the nth attempt, from 0: up to half longer than its step, so that clients spread out. */
export function pauseMs(backOff: BackOff, attempt: number, clock: Clock): number {
  return Math.min(backOff.maxMs, backOff.firstMs * 2 ** attempt * (1 + clock.random() / 2));
}
