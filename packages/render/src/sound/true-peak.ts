/**
 * Taps of the interpolator of Recommendation ITU-R BS.1770-4, annex 2, for 1/8 and 3/8 of the way from one sample to the next; for
 * 5/8 and 7/8 it has the same from behind.
 */
const eighth = [
  -0.00830078125, 0.014892578125, -0.026611328125, 0.047607421875, -0.102294921875, 0.97216796875, 0.1373291015625,
  -0.0594482421875, 0.033203125, -0.0196533203125, 0.010986328125, 0.001708984375,
];
const threeEighths = [
  -0.0189208984375, 0.0330810546875, -0.0582275390625, 0.1015625, -0.2003173828125, 0.77978515625, 0.465087890625,
  -0.16650390625, 0.089111328125, -0.0517578125, 0.029296875, -0.0291748046875,
];
const phases = [eighth, threeEighths, threeEighths.toReversed(), eighth.toReversed()];
const taps = Float64Array.from(phases.flat());
const tapCount = eighth.length;
/** Samples that are read in front of a sample, and behind it, for what is between it and the next. */
const before = tapCount / 2 - 1;
const behind = tapCount / 2;

/** Nothing between samples is higher than this times the highest sample around. */
const mostOvershoot = Math.max(...phases.map((phase) => phase.reduce((sum, tap) => sum + Math.abs(tap), 0)));
/** Samples that are passed over together when all around them are low. */
const blockSamples = 32;

/**
 * Highest magnitude of a sound, between its samples too: four times oversampled, by Recommendation ITU-R BS.1770-4, annex 2.
 * Of the first 5 and the last 6 samples, whose neighbours are not known, only they themselves count.
 * @returns linear, 1 for full scale; 0 for no samples.
 */
export function truePeakOf(interleaved: Float32Array, channelCount: number): number {
  let peak = 0;
  eachPeak(
    interleaved,
    channelCount,
    () => peak,
    (_, height) => (peak = height),
  );
  return peak;
}

/** Measures a sound that flows by. */
export interface TruePeakMeter {
  /** The next samples, interleaved, any number. */
  take(interleaved: Float32Array): void;
  /** Highest so far, as of `truePeakOf`. */
  peak(): number;
}

/** Measures block by block what `truePeakOf` measures of all of them together. */
export function createTruePeakMeter(channelCount: number): TruePeakMeter {
  let peak = 0;
  let tail = new Float32Array(0);
  return {
    take(interleaved) {
      const sound = new Float32Array(tail.length + interleaved.length);
      sound.set(tail);
      sound.set(interleaved, tail.length);
      peak = Math.max(peak, truePeakOf(sound, channelCount));
      tail = sound.slice(-(before + behind) * channelCount);
    },
    peak: () => peak,
  };
}

/**
 * Finds what is higher than `floor` says at the time, channel by channel.
 * @param found gets the sample that a peak lies at or behind, before the next one, and the peak's magnitude.
 */
export function eachPeak(
  interleaved: Float32Array,
  channelCount: number,
  floor: () => number,
  found: (sample: number, height: number) => void,
): void {
  const length = interleaved.length / channelCount;
  for (let channel = 0; channel < channelCount; channel++) {
    for (let start = 0; start < length; start += blockSamples) {
      const end = Math.min(length, start + blockSamples);
      const around = Math.min(length, end + behind);
      let highest = 0;
      for (let i = Math.max(0, start - before); i < around; i++)
        highest = Math.max(highest, Math.abs(interleaved[i * channelCount + channel]!));
      if (highest * mostOvershoot <= floor()) continue;
      for (let sample = start; sample < end; sample++) {
        const height = heightAt(interleaved, sample, channel, channelCount);
        if (height > floor()) found(sample, height);
      }
    }
  }
}

function heightAt(interleaved: Float32Array, sample: number, channel: number, channelCount: number): number {
  let height = Math.abs(interleaved[sample * channelCount + channel]!);
  const first = (sample - before) * channelCount + channel;
  if (sample < before || (sample + behind) * channelCount >= interleaved.length) return height;
  for (let phase = 0; phase < taps.length; phase += tapCount) {
    let sum = 0;
    for (let tap = 0; tap < tapCount; tap++) sum += taps[phase + tap]! * interleaved[first + tap * channelCount]!;
    height = Math.max(height, Math.abs(sum));
  }
  return height;
}

/** Nothing is quieter: a million times less than full scale. */
const silentDecibels = -120;

/** A linear level in decibels of full scale, -120 at least. */
export function decibelsOf(level: number): number {
  return Math.max(silentDecibels, 20 * Math.log10(level));
}
