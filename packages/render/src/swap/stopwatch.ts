import type { RegionSeconds } from "./region-work.js";

/** Adds up the wall-clock time of named parts of one thread's work. */
export interface Stopwatch {
  start(part: keyof RegionSeconds): void;
  stop(part: keyof RegionSeconds): void;
  time<T>(part: keyof RegionSeconds, action: () => Promise<T>): Promise<T>;
  timeSync<T>(part: keyof RegionSeconds, action: () => T): T;
  seconds(): RegionSeconds;
}

/** A stopwatch at zero. */
export function createStopwatch(): Stopwatch {
  const sums = { load: 0, decode: 0, track: 0, draw: 0, measure: 0, keep: 0, mark: 0, encode: 0 };
  const starts: Partial<Record<keyof RegionSeconds, number>> = {};
  const start = (part: keyof RegionSeconds): void => {
    starts[part] = performance.now();
  };
  const stop = (part: keyof RegionSeconds): void => {
    sums[part] += (performance.now() - (starts[part] ?? performance.now())) / 1000;
  };
  return {
    start,
    stop,
    async time(part, action) {
      start(part);
      try {
        return await action();
      } finally {
        stop(part);
      }
    },
    timeSync(part, action) {
      start(part);
      try {
        return action();
      } finally {
        stop(part);
      }
    },
    seconds: () => ({ ...sums }),
  };
}
