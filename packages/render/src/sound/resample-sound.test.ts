import { expect, test } from "vitest";
import { resampleSound } from "./resample-sound.js";

const pairs = [
  [16_000, 48_000],
  [24_000, 44_100],
  [48_000, 16_000],
  [44_100, 48_000],
  [96_000, 8_000],
  // Coprime: places between the kernel's are blended.
  [22_051, 44_100],
] as const;

function sine(hz: number, sampleRateHz: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / sampleRateHz));
}

/** Amplitude of a frequency in the middle of a sound, through a Hann window. */
function levelAt(samples: Float32Array, hz: number, sampleRateHz: number): number {
  const margin = samples.length >> 3;
  const length = samples.length - 2 * margin;
  let [real, imaginary] = [0, 0];
  for (let i = 0; i < length; i++) {
    const windowed = samples[margin + i]! * (1 - Math.cos((2 * Math.PI * i) / length));
    real += windowed * Math.cos((2 * Math.PI * hz * i) / sampleRateHz);
    imaginary += windowed * Math.sin((2 * Math.PI * hz * i) / sampleRateHz);
  }
  return (2 * Math.hypot(real, imaginary)) / length;
}

const decibels = (ratio: number) => 20 * Math.log10(ratio);

/** Root of the mean square of the middle, without its sine of that frequency. */
function besides(samples: Float32Array, hz: number, sampleRateHz: number): number {
  const ideal = sine(hz, sampleRateHz, samples.length);
  const margin = samples.length >> 3;
  let power = 0;
  for (let i = margin; i < samples.length - margin; i++) power += (samples[i]! - ideal[i]!) ** 2;
  return Math.sqrt(power / (samples.length - 2 * margin));
}

test.each(pairs)("from %i to %i Hz sines keep level, place and purity up to 0.45 of the lower rate", (from, to) => {
  for (const share of [0.01, 0.1, 0.3, 0.4, 0.45]) {
    const hz = share * Math.min(from, to);
    const made = resampleSound(sine(hz, from, from / 8), from, to);
    expect(Math.abs(decibels(levelAt(made, hz, to)))).toBeLessThan(0.1);
    // No delay, no images, no aliases: what is left beside the very same sine.
    expect(decibels(besides(made, hz, to) * Math.SQRT2)).toBeLessThan(-70);
  }
});

test.each([
  [48_000, 16_000],
  [44_100, 22_050],
  [96_000, 8_000],
] as const)("from %i to %i Hz nothing above half of the lower rate comes through", (from, to) => {
  for (const share of [0.5, 0.51, 0.6, 0.75, 0.9]) {
    const made = resampleSound(sine(share * to + 1, from, from / 8), from, to);
    const margin = made.length >> 3;
    const middle = made.subarray(margin, -margin);
    expect(decibels(Math.max(...middle.map(Math.abs)))).toBeLessThan(-70);
  }
});

test.each(pairs)("from %i to %i Hz the length is rounded up and an impulse stays where it is", (from, to) => {
  for (const length of [1, 2, 999, 1000, 1001])
    expect(resampleSound(new Float32Array(length), from, to)).toHaveLength(Math.ceil((length * to) / from));
  const impulse = new Float32Array(2001);
  impulse[1000] = 1;
  const made = resampleSound(impulse, from, to);
  const expected = (1000 * to) / from;
  const highest = made.reduce((best, value, i) => (value > made[best]! ? i : best), 0);
  expect(Math.abs(highest - expected)).toBeLessThanOrEqual(0.5);
  // Its middle lies there to a small part of a sample.
  const [moment, sum] = made.reduce(([moment, sum], value, i) => [moment + i * value, sum + value], [0, 0]);
  expect(moment! / sum!).toBeCloseTo(expected, 1);
});

test("a constant stays exactly as high; a sound of the same rate is copied", () => {
  const made = resampleSound(new Float32Array(2000).fill(0.5), 22_050, 48_000);
  for (const value of made.subarray(500, -500)) expect(value).toBeCloseTo(0.5, 6);
  const sound = sine(440, 8000, 100);
  const copy = resampleSound(sound, 8000, 8000);
  expect(copy).toEqual(sound);
  expect(copy).not.toBe(sound);
});
