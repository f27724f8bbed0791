import { Worker } from "node:worker_threads";
import { UnderstudyError } from "#model/errors.js";
import type { CancelMessage, ThreadMessage } from "./thread-messages.js";

/** A thread that does not stop by itself within this time after a cancel is ended from outside. */
const cancelGraceMilliseconds = 600;

/**
 * Without limits each thread's heap grows to what the machine has: two region workers took 30 MB more at their peak.
 * Pictures and tensors live outside the heap.
 */
const heapLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 };

/**
 * Address of a thread's code: a sibling of the calling file, always as compiled. Called from `src/` (by a test), it is
 * the twin below `dist/`, because Node 20 runs no TypeScript.
 * @param callerUrl the caller's `import.meta.url`.
 */
export function threadUrl(callerUrl: string, fileName: string): URL {
  return new URL(fileName, callerUrl.replace(/\/src\/((?:[^/]+\/)*)[^/]*\.ts(\?.*)?$/, "/dist/$1x.js"));
}

/**
 * Runs one piece of work in a thread of its own, which must be written with `serveThread`. Resolves when the thread has
 * ended, so its file handles and native memory are free.
 * @throws UnderstudyError as the thread saw it; the signal's reason after a cancel.
 */
export async function runInThread<Work, Progress, Result>(
  url: URL,
  work: Work,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Result> {
  signal.throwIfAborted();
  // No inherited flags: a test runner's `--conditions=source` would make the thread look for TypeScript.
  const thread = new Worker(url, { workerData: work, execArgv: [], resourceLimits: heapLimits });
  let endFromOutside: NodeJS.Timeout | undefined;
  const cancel = () => {
    thread.postMessage({ kind: "cancel" } satisfies CancelMessage);
    endFromOutside = setTimeout(() => void thread.terminate(), cancelGraceMilliseconds);
  };
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await new Promise<Result>((resolve, reject) => {
      let outcome: ThreadMessage<Progress, Result> | undefined;
      thread.on("message", (message: ThreadMessage<Progress, Result>) => {
        if (message.kind === "progress") onProgress(message.progress);
        else outcome = message;
      });
      thread.on("error", reject);
      thread.on("exit", () => {
        if (outcome?.kind === "done") resolve(outcome.result);
        else if (signal.aborted) reject(signal.reason);
        else if (outcome?.kind === "failed") reject(failure(outcome));
        else reject(new UnderstudyError("internal-error", "A worker thread ended without a result."));
      });
    });
  } finally {
    signal.removeEventListener("abort", cancel);
    clearTimeout(endFromOutside);
  }
}

function failure(failed: {
  code: UnderstudyError["code"];
  message: string;
  hint: string;
  stack?: string;
}): UnderstudyError {
  const error = new UnderstudyError(failed.code, failed.message, { hint: failed.hint });
  if (failed.stack !== undefined) error.stack = failed.stack;
  return error;
}
