import { setTimeout as pause } from "node:timers/promises";

/**
 * Closes a part, and waits at most so long for it: a database that hangs holds whoever asked it something for a minute.
 * @returns whether it has closed. @throws what `close` throws in that time.
 */
export async function closeWithin(milliseconds: number, close: () => Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const late = pause(milliseconds, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([close().then(() => true), late]);
  } finally {
    over.abort();
  }
}
