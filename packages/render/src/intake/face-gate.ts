import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { PhotoLimits } from "#media/index.js";
import { runInThread, threadUrl } from "#threads/run-in-thread.js";

/** What the gate looks at. */
export interface FaceGateWork {
  readonly facePath: string;
  readonly engineId: "mesh";
  readonly photoLimits: PhotoLimits;
}

/**
 * Passes a photo through the engine's gate, in a thread: networks block whoever runs them, and their memory (80 MB) is
 * only given back when the thread ends.
 * @throws UnderstudyError every refusal of `FaceEngine.readFace` and of `readPhoto`.
 */
export function checkFace(work: FaceGateWork, signal: AbortSignal): Promise<FaceReferenceFacts> {
  return runInThread(threadUrl(import.meta.url, "face-gate-worker.js"), work, signal);
}
