import type { Sound } from "./wave-file.js";

/** A deep man's and a high child's voice. */
const [lowestHertz, highestHertz] = [60, 400];
/** Three periods of the deepest voice. */
const windowSeconds = 0.05;
const hopSeconds = 0.02;
/** How much a voiced sound is like itself one period later; noise and consonants stay below. */
const leastLikeness = 0.6;
/** Quieter than the loudest moment by 30 dB is no voice. */
const leastPower = 0.001;
/** Of what may be told from the first minute. */
const longestSeconds = 60;
/** Among likenesses as good as this share of the best, the shortest period is the pitch: its multiples fit as well. */
const octaveShare = 0.9;

/**
 * The median pitch of a voice, by autocorrelation: the shortest time after which the sound is like itself.
 * @returns hertz, 60 to 400; `undefined` when fewer than ten moments are voiced.
 */
export function medianPitch({ samples, sampleRateHz }: Sound): number | undefined {
  const windowSamples = Math.round(windowSeconds * sampleRateHz);
  const hopSamples = Math.round(hopSeconds * sampleRateHz);
  const end = Math.min(samples.length, longestSeconds * sampleRateHz) - windowSamples;
  let loudest = 0;
  for (let at = 0; at < end; at += hopSamples) loudest = Math.max(loudest, powerAt(samples, at, windowSamples));
  const found: number[] = [];
  for (let at = 0; at < end; at += hopSamples) {
    if (powerAt(samples, at, windowSamples) < leastPower * loudest) continue;
    const period = periodAt(samples.subarray(at, at + windowSamples), sampleRateHz);
    if (period !== undefined) found.push(sampleRateHz / period);
  }
  return found.length < 10 ? undefined : found.toSorted((a, b) => a - b)[found.length >> 1];
}

function powerAt(samples: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += samples[i]! ** 2;
  return sum / count;
}

/** Samples of a period; `undefined` where the sound has none. */
function periodAt(window: Float32Array, sampleRateHz: number): number | undefined {
  const shortest = Math.floor(sampleRateHz / highestHertz);
  const longest = Math.ceil(sampleRateHz / lowestHertz);
  const likenesses = new Float64Array(longest + 1);
  for (let lag = shortest; lag <= longest; lag++) likenesses[lag] = likenessAt(window, lag);
  const best = Math.max(...likenesses);
  if (best < leastLikeness) return undefined;
  for (let lag = shortest + 1; lag < longest; lag++) {
    const here = likenesses[lag]!;
    if (here >= octaveShare * best && here >= likenesses[lag - 1]! && here >= likenesses[lag + 1]!) return lag;
  }
  return undefined;
}

/** Normalised correlation of the window with itself `lag` samples later, -1 to 1. */
function likenessAt(window: Float32Array, lag: number): number {
  let [product, early, late] = [0, 0, 0];
  for (let i = 0; i + lag < window.length; i++) {
    product += window[i]! * window[i + lag]!;
    early += window[i]! ** 2;
    late += window[i + lag]! ** 2;
  }
  return early === 0 || late === 0 ? 0 : product / Math.sqrt(early * late);
}
