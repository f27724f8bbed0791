/** Sends the progress of one job: the latest value, one at a time, none after `close`. */
export interface Progress {
  /** @param json the value as JSON text. */
  report(json: string): void;
  /** Drops what waits and resolves when nothing is on its way: after it, a result may be sent (runpod-python#250). */
  close(): Promise<void>;
}

/** @param post sends one value; resolves to whether another attempt may help. */
export function createProgress(post: (json: string) => Promise<"done" | "try-again">): Progress {
  let waiting: string | undefined;
  let isClosed = false;
  let underWay: Promise<void> | undefined;

  async function sendWaiting(): Promise<void> {
    while (waiting !== undefined) {
      const json = waiting;
      waiting = undefined;
      const outcome = await post(json);
      // A newer value is worth more than a second attempt.
      if (outcome === "try-again" && waiting === undefined && !isClosed) await post(json);
    }
    underWay = undefined;
  }

  return {
    report(json) {
      if (isClosed) return;
      waiting = json;
      underWay ??= sendWaiting();
    },
    async close() {
      isClosed = true;
      waiting = undefined;
      await underWay;
    },
  };
}
