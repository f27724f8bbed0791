import { Worker } from "node:worker_threads";
import { UnderstudyError } from "#model/errors.js";
import type { CancelMessage, RegionMessage, RegionWork, SwappedRegion } from "./region-work.js";

/** A worker that does not stop by itself within this time after a cancel is ended from outside. */
const cancelGraceMilliseconds = 600;

/** Workers run compiled code: run from `src/` (a test), this file starts the `dist/` twin of its worker. */
const workerUrl = new URL(
  "./region-worker.js",
  import.meta.url.replace(/\/src\/swap\/[^/]*$/, "/dist/swap/"),
);

/**
 * Does one region in a thread of its own and gives back what it made.
 * @throws UnderstudyError as the worker saw it, or `cancelled`.
 */
export async function runRegionWorker(
  work: RegionWork,
  signal: AbortSignal,
  onFrames: (frames: number) => void,
): Promise<SwappedRegion> {
  signal.throwIfAborted();
  // A test runner's `--conditions=source` would make the thread look for TypeScript.
  const worker = new Worker(workerUrl, { workerData: work, execArgv: [] });
  let endFromOutside: NodeJS.Timeout | undefined;
  const cancel = () => {
    worker.postMessage({ kind: "cancel" } satisfies CancelMessage);
    endFromOutside = setTimeout(() => void worker.terminate(), cancelGraceMilliseconds);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await new Promise<SwappedRegion>((resolve, reject) => {
      let result: SwappedRegion | undefined;
      worker.on("message", (message: RegionMessage) => {
        if (message.kind === "progress") onFrames(message.frames);
        else if (message.kind === "done") result = message.result;
        else reject(failure(message));
      });
      worker.on("error", reject);
      // The thread has ended: its file handles and native memory are free.
      worker.on("exit", () => {
        if (result !== undefined) resolve(result);
        else reject(signal.aborted ? signal.reason : new UnderstudyError("internal-error", "A region worker ended early."));
      });
    });
  } finally {
    signal.removeEventListener("abort", cancel);
    clearTimeout(endFromOutside);
  }
}

function failure(message: Extract<RegionMessage, { kind: "failed" }>): UnderstudyError {
  const error = new UnderstudyError(message.code, message.message, { hint: message.hint });
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}
