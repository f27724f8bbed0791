import { expect, test } from "vitest";
import { applyDuck, gainAt, type DuckCurve } from "./duck-curve.js";

const curve: DuckCurve = {
  spans: [
    { startSeconds: 1, endSeconds: 2 },
    { startSeconds: 2.4, endSeconds: 3 },
    { startSeconds: 5, endSeconds: 6 },
  ],
  floor: 0.1,
  rampSeconds: 0.25,
};

test.each([
  [0, 1],
  [0.75, 1],
  [0.875, 0.55],
  [1, 0.1],
  [2, 0.1],
  // Nearer than two ramps: it stays down.
  [2.2, 0.1],
  [3, 0.1],
  [3.125, 0.55],
  [3.25, 1],
  [4.9, 0.1 + (0.9 * (1 - Math.cos(0.4 * Math.PI))) / 2],
  [7, 1],
])("at %d s the gain is %d", (seconds, gain) => {
  expect(gainAt(curve, seconds)).toBeCloseTo(gain, 9);
});

test("spans two ramps apart come up for a moment", () => {
  const spans = [
    { startSeconds: 0, endSeconds: 1 },
    { startSeconds: 1.5, endSeconds: 2 },
  ];
  expect(gainAt({ ...curve, spans }, 1.25)).toBe(1);
});

test("a sound gets the same gains from any moment on, and is bit for bit itself elsewhere", () => {
  const rate = 1000;
  for (const fromSeconds of [-1, 0, 0.9, 2.5]) {
    const sound = new Float32Array(2 * 4 * rate).fill(0.7);
    applyDuck(sound, { fromSeconds, sampleRateHz: rate, channelCount: 2 }, curve);
    const errors = sound.map((value, i) => Math.abs(value - 0.7 * gainAt(curve, fromSeconds + (i >> 1) / rate)));
    expect(Math.max(...errors)).toBeLessThan(1e-6);
    expect(sound.filter((value) => value === Math.fround(0.7)).length).toBeGreaterThan(1000);
  }
});

test("a floor of nothing is silence", () => {
  const sound = new Float32Array(1000).fill(1);
  applyDuck(sound, { fromSeconds: 1, sampleRateHz: 1000, channelCount: 1 }, { ...curve, floor: 0 });
  expect(sound.every((value) => value === 0)).toBe(true);
});
