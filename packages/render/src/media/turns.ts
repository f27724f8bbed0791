import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which other events of the thread get their turn. */
const turnMs = 12;

/**
 * Gives a loop of short synchronous steps the manners of an asynchronous one: call it every step; now and then it lets
 * timers, messages and signals run, and it throws the signal's reason when the work was cancelled.
 */
export function createTurns(signal?: AbortSignal): () => Promise<void> | undefined {
  let last = performance.now();
  signal?.throwIfAborted();
  return () => {
    if (performance.now() - last < turnMs) return undefined;
    return (async () => {
      await setImmediate();
      signal?.throwIfAborted();
      last = performance.now();
    })();
  };
}
