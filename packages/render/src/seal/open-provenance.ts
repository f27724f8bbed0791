import type { Provenance } from "./provenance.js";
import { SealThread } from "./seal-thread.js";

/** Opens the seam to the C2PA library. Nothing is started before it is needed. */
export function openProvenance(): Provenance {
  const thread = new SealThread();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    warm: () => thread.warm(),
    // Loaded when wanted: most commands never come here.
    seal: (order, credentials, signal) =>
      inTurn(async () => (await import("./seal-file.js")).sealFile(order, credentials, thread, signal)),
    read: (order, signal) => inTurn(async () => (await import("./read-file.js")).readFile(order, thread, signal)),
    close: () => thread.close(),
  };
}
