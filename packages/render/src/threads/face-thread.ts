import { Worker } from "node:worker_threads";
import { UnderstudyError } from "#model/errors.js";
import type { LoadedFace } from "#swap/drawn-segment.js";
import type {
  ThreadFailure,
  ThreadOrder,
  ThreadReport,
  ThreadStart,
  ThreadTask,
  ThreadTasks,
} from "./thread-messages.js";

/** A thread that does not stop by itself within this time is ended from outside. */
const stopGraceMilliseconds = 600;

/**
 * Without limits each thread's heap grows to what the machine has; pictures and tensors live outside it. A young generation
 * of 8 MB saved 20 MB at the peak of two threads and cost 5 % of the time, one of 32 MB the other way round.
 */
const heapLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 };

/** Always the compiled file: run from `src/` (by a test), it is the twin below `dist/`, because Node 20 runs no TypeScript. */
const workerUrl = new URL(
  "face-thread-worker.js",
  import.meta.url.replace(/\/src\/threads\/[^/]*\.ts(\?.*)?$/, "/dist/threads/x.js"),
);

type AnyResult = ThreadTasks[keyof ThreadTasks]["result"];

/** One worker thread. It does one task at a time. */
export class FaceThread {
  /** Settles when the thread has loaded, with the cast when it was told to read it; or with the refusal. */
  readonly ready: Promise<readonly LoadedFace[] | undefined>;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #isReady = false;
  #onProgress: (frames: number) => void = () => {};
  #settle: { resolve: (result: AnyResult) => void; reject: (reason: unknown) => void } | undefined;

  constructor(start: ThreadStart) {
    // No inherited flags: a test runner's `--conditions=source` would make the thread look for TypeScript.
    this.#worker = new Worker(workerUrl, { workerData: start, execArgv: [], resourceLimits: heapLimits });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      let failure: unknown = new UnderstudyError("internal-error", "A face thread ended without a word.");
      this.#worker.on("error", (error) => (failure = error));
      this.#worker.on("message", (report: ThreadReport) => {
        if (report.kind === "ready") {
          this.#isReady = true;
          resolve(report.cast);
        } else if (report.kind === "progress") this.#onProgress(report.frames);
        else if (report.kind === "done") this.#settle?.resolve(report.result);
        else failure = errorFrom(report);
      });
      // A thread fails when it has ended: its file handles and native memory are free then.
      this.#worker.once("exit", () => {
        reject(failure);
        this.#settle?.reject(failure);
      });
    });
    // A thread that is warmed up and then not needed may fail unseen.
    this.ready.catch(() => undefined);
  }

  /**
   * Does one task.
   * @param onFrames told how many frames of it are done.
   * @throws UnderstudyError as the thread saw it; the signal's reason after a cancel.
   */
  async perform<Kind extends keyof ThreadTasks>(
    task: Extract<ThreadTask, { kind: Kind }>,
    signal: AbortSignal,
    onFrames: (frames: number) => void = () => {},
  ): Promise<ThreadTasks[Kind]["result"]> {
    signal.throwIfAborted();
    const cancel = () => void this.#stop("cancel");
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await this.ready;
      this.#onProgress = onFrames;
      const result = await new Promise<AnyResult>((resolve, reject) => {
        this.#settle = { resolve, reject };
        this.#tell({ kind: "task", task });
      });
      return result as ThreadTasks[Kind]["result"];
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      this.#settle = undefined;
      signal.removeEventListener("abort", cancel);
    }
  }

  /** Ends the thread; resolves when it is gone. */
  close(): Promise<void> {
    return this.#stop("close");
  }

  async #stop(kind: "cancel" | "close"): Promise<void> {
    // Loading cannot be interrupted by a message, and has nothing to tidy up.
    if (!this.#isReady) return void (await this.#worker.terminate());
    this.#tell({ kind });
    const timer = setTimeout(() => void this.#worker.terminate(), stopGraceMilliseconds);
    await this.#ended;
    clearTimeout(timer);
  }

  #tell(order: ThreadOrder): void {
    this.#worker.postMessage(order);
  }
}

function errorFrom(failed: ThreadFailure): UnderstudyError {
  const error = new UnderstudyError(failed.code, failed.message, { hint: failed.hint });
  if (failed.stack !== undefined) error.stack = failed.stack;
  return error;
}
