import { expect, test } from "vitest";
import { medianPitch } from "./median-pitch.js";

const sampleRateHz = 16_000;

/** A buzz with ten harmonics, like a voice. */
const buzz = (hertz: number, seconds = 1) =>
  Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => {
    let sum = 0;
    for (let k = 1; k <= 10; k++) sum += Math.sin((2 * Math.PI * k * hertz * i) / sampleRateHz) / k / 3;
    return sum;
  });

test.each([80, 120, 210, 330])("a voice of %i Hz", (hertz) => {
  const found = medianPitch({ samples: buzz(hertz), sampleRateHz }) ?? 0;
  expect(Math.abs(found / hertz - 1)).toBeLessThan(0.02);
});

test("silence, noise and a moment have no pitch", () => {
  let state = 1;
  const noise = Float32Array.from(
    { length: sampleRateHz },
    () => (state = (state * 48_271) % 2_147_483_647) / 2 ** 30 - 1,
  );
  for (const samples of [new Float32Array(sampleRateHz), noise, buzz(120, 0.1), new Float32Array(0)]) {
    expect(medianPitch({ samples, sampleRateHz })).toBeUndefined();
  }
});
