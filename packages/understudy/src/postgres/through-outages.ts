import { setTimeout as pause } from "node:timers/promises";
import { UnderstudyError } from "@understudy/render";

/** Between two tries, in milliseconds. */
const pauseMs = 200;

/** Does something again while the database is away: a restart of a second must not cost what was made. @throws the signal's reason. */
export async function throughOutages<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (thrown) {
      if (!isOutage(thrown)) throw thrown;
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Whether it was only that the database did not answer: the same may well succeed later. */
export function isOutage(thrown: unknown): boolean {
  return thrown instanceof UnderstudyError && thrown.code === "database-unavailable";
}
