import { Worker } from "node:worker_threads";
import type { RgbImage } from "@understudy/render";
import { frameCountOf, type ClipSpec } from "./clip-spec.js";

/** Threads run compiled code: run from `src/` (a test), this file starts the `dist/` twin of its thread. */
const workerUrl = new URL("./draw-worker.js", import.meta.url.replace(/\/src\/demo\/[^/]*$/, "/dist/demo/"));

/** Frames each thread may be ahead of the one that is wanted next; bounds memory at 2.8 MB a frame at 720p. */
const framesAhead = 3;

/**
 * Draws the clip with several threads; frames come in order. Leaving the loop early ends the threads.
 * @throws the signal's reason when it is aborted.
 */
export async function* drawFrames(spec: ClipSpec, threadCount: number, signal: AbortSignal): AsyncGenerator<RgbImage> {
  const frameCount = frameCountOf(spec);
  const threads = Array.from({ length: Math.min(threadCount, frameCount) }, () => openThread(spec));
  const { widthPixels, heightPixels } = spec;
  try {
    const underWay: Promise<Uint8Array>[] = [];
    let nextFrame = 0;
    for (let frame = 0; frame < frameCount; frame++) {
      while (nextFrame < frameCount && underWay.length < threads.length * framesAhead) {
        underWay.push(threads[nextFrame % threads.length]!.draw(nextFrame));
        nextFrame++;
      }
      const rgb = await underWay.shift()!;
      signal.throwIfAborted();
      yield { widthPixels, heightPixels, rgb };
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

interface DrawingThread {
  /** Answers come in the order of the questions. */
  draw(frameNumber: number): Promise<Uint8Array>;
  close(): Promise<unknown>;
}

function openThread(spec: ClipSpec): DrawingThread {
  // No inherited flags: a test runner asks for sources (--conditions=source), which a thread cannot load.
  const worker = new Worker(workerUrl, { workerData: spec, execArgv: [] });
  const waiting: { resolve: (rgb: Uint8Array) => void; reject: (error: unknown) => void }[] = [];
  const failAll = (error: unknown): void => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.on("message", (rgb: Uint8Array) => waiting.shift()?.resolve(rgb));
  worker.on("error", failAll);
  worker.on("exit", () => failAll(new Error("a drawing thread ended early")));
  return {
    draw(frameNumber) {
      const drawn = new Promise<Uint8Array>((resolve, reject) => void waiting.push({ resolve, reject }));
      // When the loop is left early nobody waits for this frame any more.
      drawn.catch(() => undefined);
      worker.postMessage(frameNumber);
      return drawn;
    },
    close: () => worker.terminate(),
  };
}
