import { setTimeout as pause } from "node:timers/promises";

/** Why work was given up: it may go on, and write, at any time. */
export class HungWork extends Error {
  override readonly name = "HungWork";
}

/**
 * Waits for work that heeds the signal; once that is aborted, at most so long: a thread that hangs in native code heeds nothing, and
 * must not keep a place among the renders for ever. What it still does then counts nothing.
 * @throws what the work throws; HungWork, caused by the signal's reason, when it was given up.
 */
export async function unlessHung<T>(work: Promise<T>, signal: AbortSignal, patienceMs: number): Promise<T> {
  const over = new AbortController();
  const givenUp = async (): Promise<never> => {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
    });
    await pause(patienceMs, undefined, { signal: over.signal });
    throw new HungWork("Work did not stop in time.", { cause: signal.reason });
  };
  try {
    return await Promise.race([work, givenUp()]);
  } finally {
    over.abort();
  }
}
