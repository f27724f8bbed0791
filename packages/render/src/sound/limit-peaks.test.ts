import { expect, test } from "vitest";
import { limitPeaks } from "./limit-peaks.js";
import { truePeakOf } from "./true-peak.js";

const ceiling = 10 ** (-1 / 20);
const rules = { channelCount: 1, sampleRateHz: 48_000, ceiling };

function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) / 2 ** 30 - 1);
}

/** Pulses at a voice's pitch, ringing like vowels, in syllables. */
function speechLike(length: number, peak: number): Float32Array {
  const rough = noise(length, 3);
  const sound = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const sincePulse = i % 400;
    const syllable = Math.max(0, Math.sin((2 * Math.PI * i) / 9600));
    const vowel = Math.exp(-sincePulse / 90) * (Math.sin(sincePulse / 8) + 0.7 * Math.sin(sincePulse / 2.9));
    sound[i] = peak * syllable * (vowel + 0.05 * rough[i]!);
  }
  return sound;
}

test.each([
  ["noise, 6 dB over", noise(24_000, 1).map((value) => 2 * value)],
  ["noise, 40 dB over", noise(24_000, 5).map((value) => 100 * value)],
  ["speech-like, 6 dB over", speechLike(48_000, 2)],
  ["single samples", Float32Array.from({ length: 24_000 }, (_, i) => (i % 5000 === 77 ? 4 : 0))],
  ["one at each end", Float32Array.from({ length: 9000 }, (_, i) => (i === 0 || i === 8999 ? 3 : 0.1))],
  ["a square wave", Float32Array.from({ length: 24_000 }, (_, i) => (i % 100 < 50 ? 1 : -1))],
])("true peaks stay below the ceiling: %s", (_, sound) => {
  for (const channelCount of [1, 2]) {
    const limited = Float32Array.from(sound);
    limitPeaks(limited, { ...rules, channelCount });
    expect(truePeakOf(limited, channelCount)).toBeLessThanOrEqual(ceiling);
    // And are not turned down far more than that.
    expect(truePeakOf(limited, channelCount)).toBeGreaterThan(0.8 * ceiling);
  }
});

const bytesOf = (sound: Float32Array) => Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength);
const areSame = (one: Float32Array, other: Float32Array) => bytesOf(one).equals(bytesOf(other));

test("a sound whose peaks are not over stays bit for bit, and so does what no such peak is near", () => {
  const quiet = noise(26_000, 9).map((value) => 0.3 * value);
  const limited = Float32Array.from(quiet);
  limitPeaks(limited, rules);
  expect(areSame(limited, quiet)).toBe(true);

  quiet[12_000] = 1.5;
  limited.set(quiet);
  limitPeaks(limited, rules);
  const stays = (from: number, to: number) => areSame(limited.subarray(from, to), quiet.subarray(from, to));
  expect(stays(0, 12_000 - 250)).toBe(true);
  expect(stays(12_000 - 200, 12_000)).toBe(false);
  expect(stays(24_000, 26_000)).toBe(true);
});

test("the gain moves smoothly, is the same in both channels and is back after a quarter of a second", () => {
  const sound = new Float32Array(2 * 20_000).fill(0.25);
  sound[2 * 6000] = 2;
  const limited = Float32Array.from(sound);
  limitPeaks(limited, { ...rules, channelCount: 2 });
  const gains = sound.map((value, i) => limited[i]! / value);
  const [left, right] = [0, 1].map((channel) => gains.filter((_, i) => i % 2 === channel)) as [
    Float32Array,
    Float32Array,
  ];
  expect(areSame(left, right)).toBe(true);
  const steps = left.subarray(1).map((gain, i) => Math.abs(gain - left[i]!));
  expect(Math.max(...steps)).toBeLessThan(0.01);
  expect(left[6000]).toBeLessThan(ceiling / 2);
  expect(left[6000 + 4800]).toBeGreaterThan(0.95);
  expect(left[6000 + 12_000]).toBe(1);
});

test("peaks outside of the samples that are asked for stay", () => {
  const sound = new Float32Array(48_000).fill(0.1);
  for (const at of [1000, 24_000, 47_000]) sound[at] = 2;
  limitPeaks(sound, { ...rules, within: { startSample: 20_000, endSample: 30_000 } });
  expect([sound[1000], sound[47_000]]).toEqual([2, 2]);
  expect(sound[24_000]).toBeLessThan(ceiling);
});
