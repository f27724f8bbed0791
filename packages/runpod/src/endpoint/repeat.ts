import { createPause } from "./hold.js";

/** Something that is done over and over. */
export interface Repeated {
  /** Stops; resolves when what is under way has ended. */
  close(): Promise<void>;
}

/** Does `act` at once and then `pauseMs` after each end, so that it never overlaps itself. Its failures are its own to tell. */
export function repeat(act: () => Promise<unknown>, pauseMs: number): Repeated {
  const closing = new AbortController();
  const pause = createPause();
  const loop = (async () => {
    while (!closing.signal.aborted) {
      await act().catch(() => {});
      await pause.sleep(pauseMs);
    }
  })();
  return {
    async close() {
      closing.abort();
      pause.wake();
      await loop;
    },
  };
}
