import { setTimeout as sleep } from "node:timers/promises";
import { UnderstudyError } from "@understudy/render";
import type { ArtifactStore } from "./artifact-store.js";

/** How long an outage is waited out, and the pauses in between. */
export interface Patience {
  /** Milliseconds; default 60,000. */
  readonly outageMs?: number;
  /** Default doubles from 500 to 8,000 ms. */
  readonly pause?: (number: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Milliseconds of a clock that does not jump. */
  readonly nowMs?: () => number;
}

/**
 * A store whose outages of a minute or less nobody notices but by the time. For those who make renders: what costs minutes to make is
 * not thrown away because a bucket is away for seconds. Whoever answers a request asks the store itself.
 */
export function patientArtifacts(artifacts: ArtifactStore, patience: Patience = {}): ArtifactStore {
  const { outageMs = 60_000, pause = usualPause, nowMs = () => performance.now() } = patience;
  const through = async <T>(act: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const endMs = nowMs() + outageMs;
    for (let number = 0; ; number++) {
      try {
        return await act();
      } catch (thrown) {
        if (signal?.aborted === true || !isOutage(thrown) || nowMs() >= endMs) throw thrown;
        await pause(number, signal);
      }
    }
  };
  return {
    ...artifacts,
    put: (key, file, signal) => through(() => artifacts.put(key, file, signal), signal),
    fetch: (key, path, expected, signal) => through(() => artifacts.fetch(key, path, expected, signal), signal),
    byteLength: (key) => through(() => artifacts.byteLength(key)),
    remove: (key) => through(() => artifacts.remove(key)),
    removeAll: (prefix) => through(() => artifacts.removeAll(prefix)),
    list: (prefix) => through(() => artifacts.list(prefix)),
  };
}

/** A refusal is among them: from here, a bucket that lets nobody in looks like one that is away. */
function isOutage(thrown: unknown): boolean {
  if (!(thrown instanceof UnderstudyError)) return false;
  return thrown.code === "upload-failed" || thrown.code === "download-failed";
}

async function usualPause(number: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(8_000, 500 * 2 ** number), undefined, signal && { signal });
}
