import { demoActors, drawPortrait, talkingTimeline } from "@understudy/actors";
import { createMediaIo, openVideoWriter, writeJpeg, type MediaChoice } from "@understudy/render";
import { babble } from "./babble.js";
import { frameCountOf, type ClipSpec } from "./clip-spec.js";
import { drawFrames } from "./draw-frames.js";

/** How a clip is drawn. */
export interface DrawClipOptions {
  /** Drawing threads. */
  readonly workers: number;
  /** Default `auto`. */
  readonly mediaIo?: MediaChoice;
  readonly signal: AbortSignal;
  /** Frames drawn so far, and in all. */
  readonly onProgress: (done: number, total: number) => void;
}

const sampleRateHz = 48_000;
/** A woman's speaking voice. */
const pitchHz = 195;

/** Draws the talking clip and its wordless voice straight into an MP4; no frame is kept. The same spec gives the same clip. */
export async function drawClip(spec: ClipSpec, path: string, options: DrawClipOptions): Promise<void> {
  const { widthPixels, heightPixels, framesPerSecond, durationSeconds, seed } = spec;
  const writer = await openVideoWriter(createMediaIo(options.mediaIo ?? "auto"), path, {
    widthPixels,
    heightPixels,
    frameRate: { numerator: framesPerSecond, denominator: 1 },
    crf: 20,
    // One second: the borders of the default plan then fall on clean cuts, and no frame is encoded again for nothing.
    gopFrames: framesPerSecond,
    extraX264: "scenecut=0",
    sound: { sampleRateHz, channelCount: 1 },
  });
  try {
    const stateAt = talkingTimeline({ seed, durationSeconds });
    await writer.writeSound(babble({ sampleRateHz, durationSeconds, stateAt, pitchHz }));
    const total = frameCountOf(spec);
    let done = 0;
    options.onProgress(done, total);
    for await (const frame of drawFrames(spec, options.workers, options.signal)) {
      await writer.writePicture(frame);
      options.onProgress(++done, total);
    }
    await writer.finish();
  } finally {
    writer.close();
  }
}

/** Draws the other person, as a customer's photo would be. */
export async function drawDemoPortrait(path: string): Promise<void> {
  const { width, height, rgb } = drawPortrait(demoActors.customer, { width: 960, height: 1200 });
  await writeJpeg({ widthPixels: width, heightPixels: height, rgb }, path, 92);
}
