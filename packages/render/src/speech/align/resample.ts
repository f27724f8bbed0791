import type { Sound } from "#speech/flite/wave-file.js";

/** Changes the rate by straight lines between samples: enough for flite's voices, which have 16 or 8 kHz. */
export function resample({ samples, sampleRateHz }: Sound, toHz: number): Float32Array {
  if (sampleRateHz === toHz) return samples;
  const made = new Float32Array(Math.floor((samples.length * toHz) / sampleRateHz));
  for (let i = 0; i < made.length; i++) {
    const at = (i * sampleRateHz) / toHz;
    const before = Math.floor(at);
    const value = samples[before]!;
    made[i] = value + (at - before) * ((samples[before + 1] ?? value) - value);
  }
  return made;
}
