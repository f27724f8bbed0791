import { parentPort, workerData } from "node:worker_threads";
import { demoActors, openScene, talkingTimeline } from "@understudy/actors";
import type { ClipSpec } from "./clip-spec.js";

/** A drawing thread: asked for a frame by its number, it answers with the picture. Frames do not depend on each other. */
const { widthPixels, heightPixels, framesPerSecond, durationSeconds, seed } = workerData as ClipSpec;
const stateAt = talkingTimeline({ seed, durationSeconds });
const scene = openScene({ width: widthPixels, height: heightPixels, actors: [{ actor: demoActors.presenter }] });

parentPort?.on("message", (frameNumber: number) => {
  const { rgb } = scene.draw([stateAt(frameNumber / framesPerSecond)], { grainSeed: frameNumber });
  parentPort?.postMessage(rgb, [rgb.buffer as ArrayBuffer]);
});
