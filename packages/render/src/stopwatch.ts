/** Adds up the wall-clock time of named parts of one thread's work. */
export interface Stopwatch<Part extends string> {
  start(part: Part): void;
  stop(part: Part): void;
  time<T>(part: Part, action: () => Promise<T>): Promise<T>;
  timeSync<T>(part: Part, action: () => T): T;
  seconds(): Readonly<Record<Part, number>>;
}

/** A stopwatch at zero, which knows these parts. */
export function createStopwatch<Part extends string>(parts: readonly Part[]): Stopwatch<Part> {
  const sums = Object.fromEntries(parts.map((part) => [part, 0])) as Record<Part, number>;
  const starts: Partial<Record<Part, number>> = {};
  const start = (part: Part): void => {
    starts[part] = performance.now();
  };
  const stop = (part: Part): void => {
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
