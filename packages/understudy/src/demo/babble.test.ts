import { expect, test } from "vitest";
import { babble } from "./babble.js";

const loudness = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);

test("sounds while the mouth is open, is silent while it is closed, and never clips", () => {
  const sampleRateHz = 16_000;
  const stateAt = (seconds: number) => ({ jaw: seconds < 1 ? 0.6 : 0, wide: 0.2, round: 0 });
  const samples = babble({ sampleRateHz, durationSeconds: 2, stateAt, pitchHz: 190 });
  expect(samples).toHaveLength(2 * sampleRateHz);
  expect(loudness(samples.subarray(1600, 14_400))).toBeGreaterThan(0.02);
  expect(loudness(samples.subarray(19_200))).toBeLessThan(0.001);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(0.5);
  expect(babble({ sampleRateHz, durationSeconds: 2, stateAt, pitchHz: 190 })).toEqual(samples);
});
