import { join } from "node:path";
import { drawClip, drawDemoPortrait } from "#demo/draw-clip.js";

/** A clip of one invented person, and a photo of another. */
export interface DrawnPair {
  readonly videoPath: string;
  readonly photoPath: string;
}

/** Draws the demo's two people small, with a clean cut at each second: a region of a second is swapped in a second or two. */
export async function drawPair(folder: string, durationSeconds: number): Promise<DrawnPair> {
  const [videoPath, photoPath] = [join(folder, "source.mp4"), join(folder, "portrait.jpg")];
  const spec = { widthPixels: 320, heightPixels: 180, framesPerSecond: 12, durationSeconds, seed: 7 };
  await drawClip(spec, videoPath, { workers: 2, signal: new AbortController().signal, onProgress: () => undefined });
  await drawDemoPortrait(photoPath);
  return { videoPath, photoPath };
}
