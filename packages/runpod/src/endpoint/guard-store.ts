import type { JobStore } from "./stores/job-store.js";

/** The store did not do what it was asked: its database is away. Says the code of the cause and nothing else of it. */
export class StoreFailure extends Error {
  override readonly name = "StoreFailure";
}

/**
 * The same store whose failures are `StoreFailure`, so that a database that is away is told from a fault of ours.
 * `onTurn` hears when it stops answering, and when it answers again; not of every failure between.
 */
export function guardStore(store: JobStore, onTurn: (isAway: boolean, code: string) => void): JobStore {
  let isAway = false;
  const turn = (next: boolean, code: string) => {
    if (next !== isAway) onTurn(next, code);
    isAway = next;
  };
  const guarded =
    <Arguments extends readonly unknown[], Result>(act: (...parameters: Arguments) => Promise<Result>) =>
    async (...parameters: Arguments): Promise<Result> => {
      try {
        const result = await act(...parameters);
        turn(false, "");
        return result;
      } catch (error) {
        const code = codeOf(error);
        turn(true, code);
        throw new StoreFailure(code, { cause: error });
      }
    };
  return {
    submit: guarded(store.submit.bind(store)),
    get: guarded(store.get.bind(store)),
    take: guarded(store.take.bind(store)),
    giveBack: guarded(store.giveBack.bind(store)),
    end: guarded(store.end.bind(store)),
    progress: guarded(store.progress.bind(store)),
    addChunk: guarded(store.addChunk.bind(store)),
    drainChunks: guarded(store.drainChunks.bind(store)),
    cancel: guarded(store.cancel.bind(store)),
    retry: guarded(store.retry.bind(store)),
    purge: guarded(store.purge.bind(store)),
    takeStops: guarded(store.takeStops.bind(store)),
    touch: guarded(store.touch.bind(store)),
    extendLeases: guarded(store.extendLeases.bind(store)),
    abandon: guarded(store.abandon.bind(store)),
    sweep: guarded(store.sweep.bind(store)),
    claimWebhooks: guarded(store.claimWebhooks.bind(store)),
    settleWebhook: guarded(store.settleWebhook.bind(store)),
    deferWebhook: guarded(store.deferWebhook.bind(store)),
    counts: guarded(store.counts.bind(store)),
    subscribe: store.subscribe.bind(store),
    close: store.close.bind(store),
  };
}

/** Such as `ECONNREFUSED` or `57P01`; a message may hold values, so it is left out. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^\w{1,40}$/.test(code) ? code : "no code";
}
