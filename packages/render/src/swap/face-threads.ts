import { availableParallelism } from "node:os";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { FaceThread } from "./face-thread.js";
import type { RegionWork, SwappedRegion } from "./region-work.js";
import type { FaceSetup, LoadedFace } from "./thread-messages.js";

/**
 * The threads of one render. Networks block whoever runs them, therefore the gate works in the first thread already;
 * what it loaded serves its first region. Memory is given back when the threads close.
 */
export interface FaceThreads {
  /** How many regions can be in work at a time. */
  readonly limit: number;
  /** Passes the photos through the gate. @throws UnderstudyError every refusal of `FaceEngine.readFace` and `readPhoto`. */
  checkFaces(signal: AbortSignal): Promise<FaceReferenceFacts>;
  /** Lets threads load before their work is known; at most `limit` in all. */
  warm(count: number): void;
  /** Swaps a region in an idle thread, or a new one. At most `limit` calls at a time. */
  swapRegion(work: RegionWork, signal: AbortSignal, onProgress: (frames: number) => void): Promise<SwappedRegion>;
  /** Ends all threads; safe to call twice. */
  close(): Promise<void>;
}

/** @param limit regions in work at a time; default the number of cores. */
export function openFaceThreads(setup: FaceSetup, limit: number = availableParallelism()): FaceThreads {
  const threads: FaceThread[] = [];
  const idle: FaceThread[] = [];
  const start = (): FaceThread => {
    const thread = new FaceThread({ ...setup, readsFaces: threads.length === 0 });
    threads.push(thread);
    idle.push(thread);
    return thread;
  };
  /** The first thread reads the face for all. */
  const loadFace = async (signal: AbortSignal): Promise<LoadedFace> => {
    signal.throwIfAborted();
    const first = threads[0] ?? start();
    const cancel = () => void first.close();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const loaded = await first.ready;
      if (loaded === undefined) throw new Error("the first thread reads the face");
      return loaded;
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
  return {
    limit,
    checkFaces: async (signal) => (await loadFace(signal)).face.facts,
    warm(count) {
      while (threads.length < Math.min(count, limit)) start();
    },
    async swapRegion(work, signal, onProgress) {
      const loaded = await loadFace(signal);
      if (idle.length === 0) start();
      const thread = idle.shift()!;
      const result = await thread.swap(work, loaded, signal, onProgress);
      idle.push(thread);
      return result;
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
