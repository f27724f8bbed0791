import { setTimeout } from "node:timers/promises";

/** Waits so long. @throws the signal's reason, where a timer alone would throw one of its own. */
export async function sleepFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}
