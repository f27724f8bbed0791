import { Worker } from "node:worker_threads";
import { UnderstudyError } from "#model/errors.js";
import type { SpeechReport, SpeechTasks } from "./speech-tasks.js";

/** Always the compiled file: run from `src/` (by a test), it is the twin below `dist/`, because Node 20 runs no TypeScript. */
const workerUrl = new URL(
  "speech-worker.js",
  import.meta.url.replace(/\/src\/speech\/thread\/[^/]*\.ts(\?.*)?$/, "/dist/speech/thread/x.js"),
);

/** How a task is watched. */
export interface SpeechTaskLimits {
  readonly signal: AbortSignal;
  /** The thread is ended after this time. */
  readonly timeoutMs: number;
}

/**
 * Does one task in a thread of its own: what speaks and what compares speech blocks whoever calls it, and cannot be stopped from
 * inside. The thread takes 0.1 s to start.
 * @throws UnderstudyError as the task says it, `deadline-exceeded`; the signal's reason after a cancel.
 */
export async function runSpeechTask<Kind extends keyof SpeechTasks>(
  kind: Kind,
  order: SpeechTasks[Kind]["order"],
  { signal, timeoutMs }: SpeechTaskLimits,
): Promise<SpeechTasks[Kind]["result"]> {
  signal.throwIfAborted();
  // No inherited flags: a test runner's `--conditions=source` would make the thread look for TypeScript.
  const worker = new Worker(workerUrl, { workerData: { kind, order }, execArgv: [] });
  let timer: NodeJS.Timeout | undefined;
  let cancel = (): void => undefined;
  try {
    return await new Promise((resolve, reject) => {
      cancel = () => reject(signal.reason);
      signal.addEventListener("abort", cancel, { once: true });
      timer = setTimeout(() => reject(tookTooLong(timeoutMs)), timeoutMs);
      worker.on("error", reject);
      worker.on("exit", () => reject(new UnderstudyError("internal-error", "A speech thread ended without a word.")));
      worker.on("message", (report: SpeechReport) => {
        if (report.kind === "done") resolve(report.result as SpeechTasks[Kind]["result"]);
        else reject(new UnderstudyError(report.code, report.message, { hint: report.hint }));
      });
    });
  } finally {
    signal.removeEventListener("abort", cancel);
    clearTimeout(timer);
    await worker.terminate();
  }
}

function tookTooLong(timeoutMs: number): UnderstudyError {
  return new UnderstudyError(
    "deadline-exceeded",
    `The speech took longer than ${Math.round(timeoutMs / 1000)} s to work out.`,
    {
      hint: "Run the command again when the machine is less busy, or give a shorter text.",
    },
  );
}
