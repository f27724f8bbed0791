import { captionSample } from "#media/caption-sample.js";
import type { MediaOutput } from "#media/media-io.js";
import type { StitchInput } from "./stitch.js";

/** A caption track while it is written. */
export interface CaptionTrack {
  /** Writes all texts that begin before a time. */
  writeUntil(seconds: number): Promise<void>;
}

/** The clock of a caption track. */
const ticksPerSecond = 1000;

/** Adds a track of texts; between two of them it holds an empty one, because a sample lasts until the next (ISO/IEC 14496-17). */
export function addCaptionTrack(
  output: MediaOutput,
  { language, texts }: NonNullable<StitchInput["captions"]>,
): CaptionTrack {
  const track = output.addCaptions({ language });
  const samples = samplesOf(texts);
  let next = 0;
  return {
    async writeUntil(seconds) {
      for (; next < samples.length; next++) {
        const { ticks, text } = samples[next]!;
        if (ticks > seconds * ticksPerSecond) return;
        const durationTicks = Math.max(1, (samples[next + 1]?.ticks ?? ticks) - ticks);
        const payload = captionSample(text);
        await output.write(track, { ptsTicks: ticks, dtsTicks: ticks, durationTicks, isKeyframe: true, payload });
      }
    },
  };
}

/** From 0:00 on, without a hole. */
function samplesOf(texts: NonNullable<StitchInput["captions"]>["texts"]): { ticks: number; text: string }[] {
  const samples: { ticks: number; text: string }[] = [{ ticks: 0, text: "" }];
  for (const { startSeconds, endSeconds, text } of texts) {
    const ticks = Math.round(startSeconds * ticksPerSecond);
    if (samples.at(-1)!.ticks >= ticks) samples.pop();
    samples.push({ ticks, text }, { ticks: Math.max(ticks + 1, Math.round(endSeconds * ticksPerSecond)), text: "" });
  }
  return samples;
}
