import { EventEmitter, once } from "node:events";

/** Lets whoever waits for a condition look again when something has changed. */
export interface Changes {
  changed(): void;
  /** Whether the condition came true in time. */
  when(condition: () => boolean, timeoutMs: number): Promise<boolean>;
}

/** Nothing has changed yet. */
export function createChanges(): Changes {
  const events = new EventEmitter().setMaxListeners(0);
  return {
    changed: () => void events.emit("change"),
    when: async (condition, timeoutMs) => {
      const signal = AbortSignal.timeout(timeoutMs);
      while (!condition() && !signal.aborted) await once(events, "change", { signal }).catch(() => undefined);
      return condition();
    },
  };
}
