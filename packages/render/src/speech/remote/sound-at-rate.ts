import type { Sound } from "#speech/flite/wave-file.js";

/** Zero crossings of the filter on either side: tones beyond the new rate are 50 dB down. */
const crossings = 16;

/** Of the lower rate's half, what is kept; the filter falls off between there and the half. */
const keptShare = 0.92;

/** Changes the rate by a windowed sinc: what the new rate cannot hold is filtered out, and does not come back as other tones. */
export function soundAtRate({ samples, sampleRateHz }: Sound, toHz: number): Float32Array {
  if (sampleRateHz === toHz) return samples;
  const step = sampleRateHz / toHz;
  // Cycles per sample of the old rate.
  const cutoff = (keptShare / 2) * Math.min(1, 1 / step);
  const reach = crossings / (2 * cutoff);
  const made = new Float32Array(Math.floor(samples.length / step));
  for (let i = 0; i < made.length; i++) {
    const at = i * step;
    const last = Math.min(samples.length - 1, Math.floor(at + reach));
    let sum = 0;
    for (let j = Math.max(0, Math.ceil(at - reach)); j <= last; j++)
      sum += samples[j]! * weightAt(j - at, cutoff, reach);
    made[i] = sum;
  }
  return made;
}

/** The ideal low-pass, under a Hann window. */
function weightAt(distance: number, cutoff: number, reach: number): number {
  const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach);
  const phase = 2 * Math.PI * cutoff * distance;
  return 2 * cutoff * window * (phase === 0 ? 1 : Math.sin(phase) / phase);
}
