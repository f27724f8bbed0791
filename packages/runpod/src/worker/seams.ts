import type { EventEmitter } from "node:events";
import { workerTiming } from "#protocol.js";

/** How long things take. Milliseconds throughout; tests make them small. */
export interface Pace {
  /** Longest waits after a first failure; each further one may wait twice as long, up to `backOffMaxMs`. */
  readonly backOffFirstMs: number;
  readonly backOffMaxMs: number;
  /** As `backOffMaxMs`, after a 400 on a poll: the SDK takes all of them for a sign of FlashBoot and polls on at once. */
  readonly badRequestMaxMs: number;
  /** An empty answer that came faster was not held: the next poll waits, up to `emptyMaxMs`. */
  readonly heldMs: number;
  readonly emptyFirstMs: number;
  readonly emptyMaxMs: number;
  readonly tooManyRequestsMs: number;
  /** A poll is renewed after this long. */
  readonly pollTimeoutMs: number;
  /** A result, a chunk: one attempt. */
  readonly resultTimeoutMs: number;
  /** Progress: one attempt. The result waits for it. */
  readonly progressTimeoutMs: number;
  /** Between two polls for stops that were not held. */
  readonly stopPauseMs: number;
  /** What handlers have to clean up in, after their signal was aborted because the worker ends. */
  readonly settleMs: number;
  readonly minPingIntervalMs: number;
  readonly pingRestartMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** What `serve` touches outside of its options. */
export interface Seams {
  readonly pace: Pace;
  /** Signals, crashes and the end of the process. */
  readonly process: Pick<EventEmitter, "on" | "off">;
  /** Prints one line of a test job's result; resolves when it is written, because a process that ends drops what is not. */
  readonly print: (line: string) => Promise<void>;
}

/** The pace of a worker in production. */
export const defaultPace: Pace = {
  backOffFirstMs: 250,
  backOffMaxMs: 10_000,
  badRequestMaxMs: 1_000,
  heldMs: 100,
  emptyFirstMs: 20,
  emptyMaxMs: 250,
  tooManyRequestsMs: workerTiming.tooManyRequestsMs,
  pollTimeoutMs: workerTiming.takeTimeoutMs,
  resultTimeoutMs: 60_000,
  progressTimeoutMs: 10_000,
  stopPauseMs: 1_000,
  settleMs: 5_000,
  minPingIntervalMs: 1_000,
  pingRestartMs: 1_000,
  random: Math.random,
};

/** The process itself. */
export const defaultSeams: Seams = {
  pace: defaultPace,
  process,
  print: (line) => new Promise((resolve) => void process.stdout.write(`${line}\n`, () => resolve())),
};
