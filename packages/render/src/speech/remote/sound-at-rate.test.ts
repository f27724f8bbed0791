import { expect, test } from "vitest";
import { soundAtRate } from "./sound-at-rate.js";

const tone = (hertz: number, sampleRateHz: number) =>
  Float32Array.from({ length: sampleRateHz }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / sampleRateHz));

/** Away from the ends, where the filter reaches into nothing. */
const loudest = (samples: Float32Array) => Math.max(...samples.subarray(500, -500).map(Math.abs));

test.each([8000, 22_050, 24_000, 44_100, 48_000])("a tone of 1 kHz is the same at 16 kHz, from %d Hz", (rateHz) => {
  const samples = soundAtRate({ samples: tone(1000, rateHz), sampleRateHz: rateHz }, 16_000);
  expect(samples).toHaveLength(16_000);
  const wanted = tone(1000, 16_000);
  expect(loudest(samples.map((sample, i) => sample - wanted[i]!))).toBeLessThan(0.002);
});

test("what the new rate cannot hold is gone, not another tone", () => {
  const samples = soundAtRate({ samples: tone(9000, 24_000), sampleRateHz: 24_000 }, 16_000);
  expect(loudest(samples)).toBeLessThan(0.002);
});

test("the same rate is the same sound", () => {
  const samples = tone(500, 16_000);
  expect(soundAtRate({ samples, sampleRateHz: 16_000 }, 16_000)).toBe(samples);
});
