import { basename } from "node:path";
import { Worker } from "node:worker_threads";
import { nameWriteError } from "#media/write-error.js";
import { UnderstudyError } from "#model/errors.js";
import { maxIdleMemoryBytes } from "./limits.js";
import type { SealThreadOrder, SealThreadReport } from "./seal-messages.js";

/** Always the compiled file: run from `src/` (by a test), it is the twin below `dist/`, because Node 20 runs no TypeScript. */
const workerUrl = new URL(
  "seal-worker.js",
  import.meta.url.replace(/\/src\/seal\/[^/]*\.ts(\?.*)?$/, "/dist/seal/x.js"),
);

/** An order that is answered. */
export type SealThreadWork = Exclude<SealThreadOrder, { kind: "signature" }>;

/** The answer to an order. `broken`: the library crashed, ran out of memory, or took longer than it may. */
export type SealThreadAnswer =
  | Extract<SealThreadReport, { kind: "signed" | "report" | "refused" }>
  | { readonly kind: "broken"; readonly reason: "crash" | "time-limit" };

type SystemFailure = Extract<SealThreadReport, { kind: "failed" }>;

/** How an order is carried out. */
export interface SealThreadRun {
  readonly signal: AbortSignal;
  readonly maxSeconds: number;
  /** Makes the signature over a claim; its failure is the order's. */
  readonly sign?: ((claim: Uint8Array) => Promise<Uint8Array>) | undefined;
}

/**
 * The thread that holds the C2PA library. It starts when it is first needed, and again after it was ended: by a cancel, a
 * crash, or because its memory, which never shrinks, had grown too large. One order at a time; the caller sees to it.
 */
export class SealThread {
  #worker: Worker | undefined;
  #onCrash: () => void = () => undefined;

  /** Lets it load. */
  warm(): void {
    this.#started();
  }

  /**
   * Carries out one order.
   * @throws the signal's reason after a cancel; what `sign` threw; UnderstudyError `disk-full`, `output-write-failed`,
   * `unreadable-media` for a file that cannot be read.
   */
  async run(work: SealThreadWork, { signal, maxSeconds, sign }: SealThreadRun): Promise<SealThreadAnswer> {
    signal.throwIfAborted();
    const worker = this.#started();
    worker.ref();
    const ended = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<SealThreadAnswer>((resolve, reject) => {
        const hear = (report: SealThreadReport): void => {
          if (report.kind === "to-be-signed") {
            const signature = sign?.(report.claim) ?? Promise.reject(new Error("nobody signs here"));
            signature.then((bytes) => worker.postMessage({ kind: "signature", bytes }), reject);
          } else if (report.kind === "failed") {
            reject(fileError(work, report));
          } else resolve(report);
        };
        worker.on("message", hear);
        this.#onCrash = () => resolve({ kind: "broken", reason: "crash" });
        timer = setTimeout(() => resolve({ kind: "broken", reason: "time-limit" }), maxSeconds * 1000);
        signal.addEventListener("abort", () => reject(signal.reason as Error), { signal: ended.signal });
        worker.postMessage(work);
      });
      if (answer.kind === "broken" || answer.memoryBytes > maxIdleMemoryBytes) await this.close();
      return answer;
    } catch (thrown) {
      await this.close();
      throw thrown;
    } finally {
      clearTimeout(timer);
      ended.abort();
      this.#onCrash = () => undefined;
      worker.removeAllListeners("message");
      worker.unref();
    }
  }

  /** Ends the thread, and with it what it is at; resolves when it is gone. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#onCrash();
    await worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    // No inherited flags: a test runner's `--conditions=source` would make the thread look for TypeScript.
    const worker = new Worker(workerUrl, { execArgv: [] });
    // What the error says may quote the file; that there was one is all that is told on.
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#onCrash();
    });
    // One that is warm and not needed keeps nobody waiting.
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

function fileError(work: SealThreadWork, { message, systemCode }: SystemFailure): unknown {
  const cause = Object.assign(new Error(message), { code: systemCode });
  if (work.kind === "sign") return nameWriteError(work.embed?.outputPath ?? "", cause);
  return new UnderstudyError("unreadable-media", `${basename(work.path)} cannot be read (${systemCode}).`, { cause });
}
