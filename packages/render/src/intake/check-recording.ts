import { Worker } from "node:worker_threads";
import type { MediaChoice } from "#media/index.js";
import type { ConsentEvidence } from "#model/consent.js";
import { UnderstudyError } from "#model/errors.js";
import type { Limits } from "#model/request.js";
import type { RecordingReport } from "./judge-recording.js";

/** How near the face of a recording is to the photos; scores, never embeddings. */
export type FaceMatch = NonNullable<ConsentEvidence["faceMatch"]>;

/** A recording of a person, and the photos that are said to show the same one. */
export interface RecordingInput {
  readonly recordingPath: string;
  /** The bytes that are decoded must have these hashes. */
  readonly photos: readonly { readonly path: string; readonly sha256: string }[];
  readonly limits: Limits;
  /** Default `auto`. */
  readonly mediaIo?: MediaChoice;
  readonly signal: AbortSignal;
}

/** Without limits the thread's heap grows to what the machine has; pictures and tensors live outside it. */
const heapLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 };

/** Always the compiled file: run from `src/` (by a test), it is the twin below `dist/`, because Node 20 runs no TypeScript. */
const workerUrl = new URL(
  "recording-worker.js",
  import.meta.url.replace(/\/src\/intake\/[^/]*\.ts(\?.*)?$/, "/dist/intake/x.js"),
);

/**
 * Compares the person of a recording with the photos, in a thread of its own because networks block. It says whether these
 * are one person, not whether the recording is live: somebody who films a picture of the person passes.
 * @throws UnderstudyError `recording-mismatch` for another person, nobody, or several; what `probeSource()` and
 * `readPhoto()` throw; `no-face-in-photo`, `many-faces-in-photo`; the signal's reason after a cancel.
 */
export async function checkRecording({ signal, ...input }: RecordingInput): Promise<FaceMatch> {
  signal.throwIfAborted();
  const worker = new Worker(workerUrl, { workerData: input, execArgv: [], resourceLimits: heapLimits });
  const cancel = () => void worker.terminate();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    return await new Promise<FaceMatch>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", (report: RecordingReport) => {
        if (report.kind === "matches") resolve(report.faceMatch);
        else reject(new UnderstudyError(report.code, report.message, { hint: report.hint }));
      });
      worker.once("exit", () =>
        reject(new UnderstudyError("internal-error", "The thread that looks at recordings ended without a word.")),
      );
    });
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  } finally {
    signal.removeEventListener("abort", cancel);
    await worker.terminate();
  }
}
