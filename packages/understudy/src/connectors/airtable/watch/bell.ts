import { setTimeout as pause } from "node:timers/promises";

/** What wakes whoever works on a base; what is told meanwhile is kept. */
export interface Bell {
  ring(told: string): void;
  /** What was told since it was taken last. */
  take(): ReadonlySet<string>;
  /** Resolves when something is told, when so long has passed, or the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Makes a bell that nobody has rung. */
export function createBell(): Bell {
  let told = new Set<string>();
  let rung = new AbortController();
  return {
    ring(what) {
      told.add(what);
      rung.abort();
    },
    take() {
      const taken = told;
      told = new Set();
      rung = new AbortController();
      return taken;
    },
    async wait(milliseconds, signal) {
      await pause(milliseconds, undefined, { signal: AbortSignal.any([rung.signal, signal]) }).catch(() => undefined);
    },
  };
}
