import { availableParallelism } from "node:os";
import type { AnalyseThreads, ResolveThreads } from "#analyse/index.js";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { LoadedFace } from "#swap/drawn-segment.js";
import type { SwapThreads } from "#swap/index.js";
import { needsDrawing } from "#swap/region-work.js";
import { FaceThread } from "./face-thread.js";
import type { FaceSetup, ThreadStart, ThreadTask, ThreadTasks } from "./thread-messages.js";

/**
 * The threads of one render. Networks block whoever runs them, therefore the gate works in the first thread already; what it loaded
 * serves its first task. Without any tracking or drawing to do, nothing of that is loaded. Memory is given back when the threads
 * close.
 */
export interface FaceThreads extends AnalyseThreads, ResolveThreads, SwapThreads {
  /**
   * Passes the photos of the whole cast through the gate.
   * @throws UnderstudyError every refusal of `FaceEngine.readFaces` and `readPhoto`.
   */
  checkFaces(signal: AbortSignal): Promise<readonly FaceReferenceFacts[]>;
  /** Lets threads load what tracking and drawing need before their work is known; at most `limit` in all. */
  warm(count: number): void;
  /** Ends all threads; safe to call twice. */
  close(): Promise<void>;
}

/** @param limit tasks in work at a time; default the number of cores. */
export function openFaceThreads(setup: FaceSetup, limit: number = availableParallelism()): FaceThreads {
  const threads: FaceThread[] = [];
  const idle: FaceThread[] = [];
  let reader: FaceThread | undefined;
  /** Threads that the cast was sent to. */
  const informed = new WeakSet<FaceThread>();
  const start = (loads: ThreadStart["loads"]): FaceThread => {
    const thread = new FaceThread({ ...setup, loads });
    threads.push(thread);
    idle.push(thread);
    return thread;
  };
  /** One thread reads the photos for all. */
  const loadCast = async (signal: AbortSignal): Promise<readonly LoadedFace[]> => {
    signal.throwIfAborted();
    const reading = (reader ??= start("photos"));
    const cancel = () => void reading.close();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const cast = await reading.ready;
      if (cast === undefined) throw new Error("the thread that reads the photos has the cast");
      return cast;
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
  /** In an idle thread, or a new one. One that fails ends, and is not used again. */
  const perform = async <Kind extends keyof ThreadTasks>(
    taskFor: (thread: FaceThread) => Extract<ThreadTask, { kind: Kind }>,
    needsNetworks: boolean,
    signal: AbortSignal,
    onFrames?: (frames: number) => void,
  ): Promise<ThreadTasks[Kind]["result"]> => {
    if (idle.length === 0) start(needsNetworks ? "networks" : "nothing");
    const thread = idle.shift()!;
    const result = await thread.perform<Kind>(taskFor(thread), signal, onFrames);
    idle.push(thread);
    return result;
  };
  return {
    limit,
    checkFaces: async (signal) => (await loadCast(signal)).map(({ face }) => face.facts),
    warm(count) {
      while (threads.length < Math.min(count, limit)) start("networks");
    },
    trackChunk: (order, signal, onFrames) => perform<"track">(() => ({ kind: "track", order }), true, signal, onFrames),
    lookForPeople: (order, signal, onFrames) =>
      perform<"look">(() => ({ kind: "look", order }), true, signal, onFrames),
    recognisePhoto: (order, signal) => perform<"recognise">(() => ({ kind: "recognise", order }), true, signal),
    joinTrack: (order, signal) => perform<"join">(() => ({ kind: "join", order }), false, signal),
    async swapRegion(work, signal, onFrames) {
      const cast = needsDrawing(work) ? await loadCast(signal) : undefined;
      const taskFor = (thread: FaceThread): Extract<ThreadTask, { kind: "swap" }> => {
        const isKnown = cast === undefined || thread === reader || informed.has(thread);
        if (!isKnown) informed.add(thread);
        return { kind: "swap", order: { work, cast: isKnown ? undefined : cast } };
      };
      return perform<"swap">(taskFor, cast !== undefined, signal, onFrames);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
