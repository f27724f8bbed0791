import type { Provenance } from "./provenance.js";
import { readFile } from "./read-file.js";
import { sealFile } from "./seal-file.js";
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
    seal: (order, credentials, signal) => inTurn(() => sealFile(order, credentials, thread, signal)),
    read: (order, signal) => inTurn(() => readFile(order, thread, signal)),
    close: () => thread.close(),
  };
}
