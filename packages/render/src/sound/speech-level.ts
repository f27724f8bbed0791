import { joinSounds } from "./join-sounds.js";
import { limitPeaks } from "./limit-peaks.js";
import { loudnessOf } from "./loudness.js";
import type { SpokenPassage } from "./mix-speech.js";
import { resampleSound } from "./resample-sound.js";

/** Speech at the film's rate and at its final level. */
export interface LevelledSpeech {
  /** Position of the first sample, from the moment that a player shows as 0:00. */
  readonly startSample: number;
  /** Mono; goes into every channel. */
  readonly samples: Float32Array;
}

/** What online platforms play at; speech that is louder is turned down there. */
const targetLufs = -14;
/** -1 dBTP, which leaves room for what coding adds. */
export const peakCeiling = 10 ** (-1 / 20);
/** Softer speech is turned up by 30 dB at most: what is below is noise. */
const mostGain = 10 ** (30 / 20);
/** Speech that begins or ends in the middle of a wave would click. */
const fadeSeconds = 0.005;
/** Below, BS.1770 measures nothing. */
const silentLufs = -70;
/** The same signal in two channels is twice the power. */
const twoChannelsLu = 10 * Math.log10(2);

/**
 * Brings all passages to one loudness, by one gain, so that their levels stay as they are to each other.
 * @returns them, and their loudness as they are heard in the film, in LUFS.
 */
export function levelSpeech(
  passages: readonly SpokenPassage[],
  { sampleRateHz, channelCount }: { sampleRateHz: number; channelCount: 1 | 2 },
): { speeches: LevelledSpeech[]; loudnessLufs: number } {
  const sounds = passages.map((passage) => resampleSound(passage.samples, passage.sampleRateHz, sampleRateHz));
  const loudnessNow = () => {
    const lufs = loudnessOf(joinSounds(sounds), { channelCount: 1, sampleRateHz });
    return Math.max(silentLufs, channelCount === 2 ? lufs + twoChannelsLu : lufs);
  };
  const gain = Math.min(mostGain, 10 ** ((targetLufs - loudnessNow()) / 20));
  for (const samples of sounds) {
    for (let i = 0; i < samples.length; i++) samples[i]! *= gain;
    fade(samples, Math.round(fadeSeconds * sampleRateHz));
    limitPeaks(samples, { channelCount: 1, sampleRateHz, ceiling: peakCeiling });
  }
  const speeches = sounds.map((samples, at) => ({
    startSample: Math.round(passages[at]!.startSeconds * sampleRateHz),
    samples,
  }));
  return { speeches, loudnessLufs: loudnessNow() };
}

/** In at the start and out at the end, along straight lines. */
function fade(samples: Float32Array, length: number): void {
  for (let i = 0; i < Math.min(length, samples.length); i++) {
    samples[i]! *= i / length;
    samples[samples.length - 1 - i]! *= i / length;
  }
}
