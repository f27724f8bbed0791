import { eachPeak } from "./true-peak.js";

/** The gain has come down this long before a peak, and is back, but for a twentieth, this long after it. */
const lookAheadSeconds = 0.005;
const releaseSeconds = 0.1;
/** From here on a gain counts as back: -0.009 dB. */
const nearlyOne = 0.999;
/** A changing gain moves peaks between samples a little: what is left over is limited again, some 0.001 dB below the ceiling. */
const aim = 0.9999;
const mostPasses = 8;

/** How peaks are limited. */
export interface LimitRules {
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Linear true peak, as of `truePeakOf`. */
  readonly ceiling: number;
  /** Only peaks in these samples, half-open, are limited; all when absent. The gain moves outside of them too: 5 ms before, 0.24 s after at most. */
  readonly within?: { readonly startSample: number; readonly endSample: number };
}

/**
 * Turns the sound down around true peaks above the ceiling, in place and in all channels alike, so smoothly that there is no step.
 * Samples that are near no such peak stay bit for bit.
 */
export function limitPeaks(interleaved: Float32Array, rules: LimitRules): void {
  const lookAhead = Math.round(lookAheadSeconds * rules.sampleRateHz);
  for (let pass = 0; pass < mostPasses; pass++) {
    const needed = neededGains(interleaved, rules);
    if (needed === undefined) return;
    const gains = lowestAhead(needed, lookAhead);
    comeBack(gains, rules.sampleRateHz);
    applyMean(interleaved, rules.channelCount, gains, lookAhead);
  }
}

/** Highest gain that each sample may have; undefined when no peak is over. */
function neededGains(
  interleaved: Float32Array,
  { channelCount, ceiling, within }: LimitRules,
): Float32Array | undefined {
  const length = interleaved.length / channelCount;
  const { startSample, endSample } = within ?? { startSample: 0, endSample: length };
  let gains: Float32Array | undefined;
  eachPeak(
    interleaved,
    channelCount,
    () => ceiling,
    (sample, height) => {
      if (sample < startSample || sample >= endSample) return;
      gains ??= new Float32Array(length).fill(1);
      // The peak may lie between this sample and the next.
      for (let i = sample; i <= sample + 1 && i < length; i++) gains[i] = Math.min(gains[i]!, (aim * ceiling) / height);
    },
  );
  return gains;
}

/** Lowest gain of each sample and the `ahead` that follow it. */
function lowestAhead(gains: Float32Array, ahead: number): Float32Array {
  const lowest = new Float32Array(gains.length);
  // Samples of ascending gains, from the lowest one ahead to the nearest: a ring.
  const ring = new Int32Array(ahead + 2);
  let [first, end] = [0, 0];
  for (let at = gains.length - 1; at >= 0; at--) {
    while (end > first && gains[ring[(end - 1) % ring.length]!]! >= gains[at]!) end--;
    ring[end++ % ring.length] = at;
    if (ring[first % ring.length]! > at + ahead) first++;
    lowest[at] = gains[ring[first % ring.length]!]!;
  }
  return lowest;
}

/** Lets gains rise along an exponential only. */
function comeBack(gains: Float32Array, sampleRateHz: number): void {
  const kept = 0.05 ** (1 / (releaseSeconds * sampleRateHz));
  let gain = 1;
  for (let i = 0; i < gains.length; i++) {
    gain = 1 - (1 - gain) * kept;
    if (gain > nearlyOne) gain = 1;
    gain = Math.min(gain, gains[i]!);
    gains[i] = gain;
  }
}

/** Gives each sample the mean of its gain and of the `past` before it, none of which is more than it needs. */
function applyMean(interleaved: Float32Array, channelCount: number, gains: Float32Array, past: number): void {
  const count = past + 1;
  let sum = count * gains[0]!;
  for (let sample = 0; sample < gains.length; sample++) {
    sum += gains[sample]! - gains[Math.max(0, sample - count)]!;
    const gain = sum / count;
    for (let at = sample * channelCount; at < (sample + 1) * channelCount; at++) interleaved[at]! *= gain;
  }
}
