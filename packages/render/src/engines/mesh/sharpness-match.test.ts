import { expect, test } from "vitest";
import { createSharpnessMatch } from "./sharpness-match.js";

const sidePixels = 64;

/** Noise of one pixel's size: nothing but fine structure. */
function crispLevel() {
  let state = 1;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const luma = Float32Array.from({ length: sidePixels ** 2 }, () => 110 + 40 * random());
  return { sidePixels, luma, halfSide: sidePixels / 2, colour: new Float32Array(0), scale: 1 };
}

function roughness(luma: Float32Array): number {
  let sum = 0;
  for (let o = sidePixels; o < luma.length; o++) sum += Math.abs(luma[o]! - luma[o - 1]!);
  return sum / luma.length;
}

test("a crisp photo is softened towards a soft video, and gets no grain", () => {
  const match = createSharpnessMatch();
  const level = crispLevel();
  expect(match.lumaOf(level)).toBe(level.luma);
  match.observe(level, { drawn: 4, filmed: 1.5 });
  const left = roughness(match.lumaOf(level)) / roughness(level.luma);
  expect(left).toBeGreaterThan(0.25);
  expect(left).toBeLessThan(0.55);
  expect(match.grainShare()).toBe(0);
});

test("a smooth photo stays as it is and gets the share of grain that the video has more", () => {
  const match = createSharpnessMatch();
  const level = crispLevel();
  match.observe(level, { drawn: 3, filmed: 5 });
  expect(match.lumaOf(level)).toBe(level.luma);
  // 3 and 4 are the sides of a right angle over 5: variances add.
  expect(match.grainShare()).toBeCloseTo(0.8, 6);
});

test("one frame of motion blur hardly changes what the next one gets", () => {
  const match = createSharpnessMatch();
  const level = crispLevel();
  match.observe(level, { drawn: 3, filmed: 3 });
  match.observe(level, { drawn: 3, filmed: 0.5 });
  expect(roughness(match.lumaOf(level)) / roughness(level.luma)).toBeGreaterThan(0.85);
});
