import type { UnderSpeech } from "#model/speech.js";
import { limitPeaks } from "./limit-peaks.js";
import { peakCeiling, type LevelledSpeech } from "./speech-level.js";

/** What changes in the film's sound between two moments, in samples from 0:00; outside of them nothing does. */
export interface MixWindow {
  readonly startSample: number;
  readonly endSample: number;
  readonly speeches: readonly LevelledSpeech[];
}

/** How the film's own sound gives way. */
export interface Mixing {
  readonly sampleRateHz: number;
  readonly channelCount: 1 | 2;
  readonly underSpeech: UnderSpeech;
}

/** The film's own sound goes down and comes up within this, in front of and behind the speech; a limited peak is forgotten in it, too. */
const rampSeconds = 0.25;
/** Between two passages nearer than this it stays down. */
const bridgeSeconds = 1.5;
/** -20 dB: still there, and no word of it is understood under speech. */
const duckedGain = 0.1;

/** Where the film's sound changes: speech with its ramps; what is near each other is one window. */
export function windowsOf(speeches: readonly LevelledSpeech[], sampleRateHz: number): MixWindow[] {
  const ramp = Math.round(rampSeconds * sampleRateHz);
  const windows: { startSample: number; endSample: number; speeches: LevelledSpeech[] }[] = [];
  for (const speech of speeches) {
    const startSample = speech.startSample - ramp;
    const endSample = speech.startSample + speech.samples.length + ramp;
    const last = windows.at(-1);
    if (last === undefined || startSample - last.endSample > bridgeSeconds * sampleRateHz)
      windows.push({ startSample, endSample, speeches: [speech] });
    else {
      last.endSample = endSample;
      last.speeches.push(speech);
    }
  }
  return windows;
}

/**
 * Mixes a window into the film's own sound, in place. Peaks are limited while speech is heard, and the gain is back
 * when the window ends: at its edges the film's sound is as it was, however loud.
 * @param interleaved the film's sound from `fromSample` on; what of the window it does not hold is left out.
 */
export function mixWindow(
  interleaved: Float32Array,
  fromSample: number,
  { startSample, endSample, speeches }: MixWindow,
  { sampleRateHz, channelCount, underSpeech }: Mixing,
): void {
  const first = Math.max(startSample, fromSample);
  const end = Math.min(endSample, fromSample + interleaved.length / channelCount);
  if (first >= end) return;
  const ramp = Math.round(rampSeconds * sampleRateHz);
  const floor = underSpeech === "mute" ? 0 : duckedGain;
  const inside = interleaved.subarray((first - fromSample) * channelCount, (end - fromSample) * channelCount);
  for (let sample = first; sample < end; sample++) {
    const edge = Math.min(sample - startSample, endSample - 1 - sample);
    const gain = edge >= ramp ? floor : floor + ((1 - floor) * (1 + Math.cos((Math.PI * edge) / ramp))) / 2;
    for (let channel = 0; channel < channelCount; channel++) inside[(sample - first) * channelCount + channel]! *= gain;
  }
  for (const { startSample: from, samples } of speeches) {
    const to = Math.min(from + samples.length, end);
    for (let sample = Math.max(from, first); sample < to; sample++) {
      for (let channel = 0; channel < channelCount; channel++)
        inside[(sample - first) * channelCount + channel]! += samples[sample - from]!;
    }
  }
  const [speech, last] = [speeches[0]!, speeches.at(-1)!];
  const within = {
    startSample: speech.startSample - first,
    endSample: last.startSample + last.samples.length - first,
  };
  limitPeaks(inside, { channelCount, sampleRateHz, ceiling: peakCeiling, within });
}
