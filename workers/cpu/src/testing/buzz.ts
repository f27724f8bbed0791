import { encodeWave } from "@understudy/render";

/** How a buzz is. */
export interface Buzz {
  readonly seconds: number;
  readonly pitchHertz: number;
  /** Loudness of its beginning; above 1 it is clipped. Default 0.5. */
  readonly gain?: number;
}

/** A WAV file that buzzes in syllables, which is all of a voice that is measured. */
export function buzz({ seconds, pitchHertz, gain = 0.5 }: Buzz): Buffer {
  const sampleRateHz = 16_000;
  const samples = Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, (_, i) => {
    const at = i / sampleRateHz;
    const syllable = Math.max(0, Math.sin(6 * Math.PI * at)) ** 0.5;
    const tone = [1, 2, 3, 4].reduce((sum, n) => sum + Math.sin(2 * Math.PI * n * pitchHertz * at) / n, 0);
    return gain * syllable * 0.6 * tone;
  });
  return Buffer.from(encodeWave({ samples, sampleRateHz }));
}
