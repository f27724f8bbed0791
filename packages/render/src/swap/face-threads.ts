import { availableParallelism } from "node:os";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { FaceThread } from "./face-thread.js";
import { needsDrawing, type RegionWork, type SwappedRegion } from "./region-work.js";
import type { FaceSetup, LoadedFace, ThreadStart } from "./thread-messages.js";

/**
 * The threads of one render. Networks block whoever runs them, therefore the gate works in the first thread already;
 * what it loaded serves its first region. Without any drawing to do, nothing of that is loaded. Memory is given back when
 * the threads close.
 */
export interface FaceThreads {
  /** How many regions can be in work at a time. */
  readonly limit: number;
  /** Passes the photos through the gate. @throws UnderstudyError every refusal of `FaceEngine.readFace` and `readPhoto`. */
  checkFaces(signal: AbortSignal): Promise<FaceReferenceFacts>;
  /** Lets threads load what drawing needs before their work is known; at most `limit` in all. */
  warm(count: number): void;
  /**
   * Swaps a region in an idle thread, or a new one; draws its faces afresh where those that were kept do not fit. At most
   * `limit` calls at a time.
   */
  swapRegion(work: RegionWork, signal: AbortSignal, onProgress: (frames: number) => void): Promise<SwappedRegion>;
  /** Ends all threads; safe to call twice. */
  close(): Promise<void>;
}

/** @param limit regions in work at a time; default the number of cores. */
export function openFaceThreads(setup: FaceSetup, limit: number = availableParallelism()): FaceThreads {
  const threads: FaceThread[] = [];
  const idle: FaceThread[] = [];
  let reader: FaceThread | undefined;
  const start = (loads: ThreadStart["loads"]): FaceThread => {
    const thread = new FaceThread({ ...setup, loads });
    threads.push(thread);
    idle.push(thread);
    return thread;
  };
  /** One thread reads the face for all. */
  const loadFace = async (signal: AbortSignal): Promise<LoadedFace> => {
    signal.throwIfAborted();
    const reading = (reader ??= start("photos"));
    const cancel = () => void reading.close();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const loaded = await reading.ready;
      if (loaded === undefined) throw new Error("the thread that reads the photos has the face");
      return loaded;
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
  const swapOnce = async (
    work: RegionWork,
    signal: AbortSignal,
    onProgress: (frames: number) => void,
  ): Promise<SwappedRegion | undefined> => {
    const loaded = needsDrawing(work) ? await loadFace(signal) : undefined;
    if (idle.length === 0) start(loaded === undefined ? "nothing" : "networks");
    const thread = idle.shift()!;
    const result = await thread.swap(work, loaded, signal, onProgress);
    idle.push(thread);
    return result;
  };
  return {
    limit,
    checkFaces: async (signal) => (await loadFace(signal)).face.facts,
    warm(count) {
      while (threads.length < Math.min(count, limit)) start("networks");
    },
    async swapRegion(work, signal, onProgress) {
      const swapped = (await swapOnce(work, signal, onProgress)) ?? (await swapOnce(afresh(work), signal, onProgress));
      if (swapped === undefined) throw new Error("a region that is drawn has no faces that do not fit");
      return swapped;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** The same work without faces that were kept. */
function afresh(work: RegionWork): RegionWork {
  const swaps = work.swaps.map(({ segment, keepFaces }) => ({
    segment,
    ...(keepFaces !== undefined && { keepFaces }),
  }));
  return { ...work, swaps };
}
