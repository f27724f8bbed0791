/** Root mean square of 50 ms, below which nobody speaks: -46 dB of full scale. */
const silentLevel = 0.005;
const windowSeconds = 0.05;

/** How much of a recording is louder than silence, in seconds. A constant offset, which cheap microphones add, is no sound. */
export function heardSecondsOf({
  samples,
  sampleRateHz,
}: {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}): number {
  const length = Math.round(windowSeconds * sampleRateHz);
  let heard = 0;
  for (let at = 0; at + length <= samples.length; at += length) {
    if (levelOf(samples.subarray(at, at + length)) >= silentLevel) heard += length;
  }
  return heard / sampleRateHz;
}

/** Around its mean. */
function levelOf(window: Float32Array): number {
  const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
  return Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / window.length);
}

const fullScale = 0.99;
/** Fewer samples than this in a row are a peak that just touches. */
const leastRun = 3;

/** Share of samples that are in a run at full scale, 0 to 1. */
export function clippedShareOf(samples: Float32Array): number {
  let clipped = 0;
  let run = 0;
  for (const value of samples) {
    run = Math.abs(value) >= fullScale ? run + 1 : 0;
    if (run === leastRun) clipped += leastRun;
    else if (run > leastRun) clipped++;
  }
  return clipped / samples.length;
}
