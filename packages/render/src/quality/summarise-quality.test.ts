import { expect, test } from "vitest";
import { maxBackgroundChange } from "./background-change.js";
import type { QualitySample } from "./quality-sample.js";
import { summariseQuality } from "./summarise-quality.js";

const sample = (frameNumber: number, more: Partial<QualitySample> = {}): QualitySample => ({
  frameNumber,
  maxBackgroundChange: 0,
  steadiness: { sourceFlicker: 2, drawnFlicker: 1, trackedJitter: 4, smoothedJitter: 1 },
  ...more,
});

test("nothing sampled gives nothing but the counts", () => {
  expect(summariseQuality([])).toEqual({ sampledFrames: 0, maxBackgroundChange: 0 });
});

test("medians of frames, ratios of sums, worst of the background", () => {
  const report = summariseQuality([
    sample(5, { similarityToPhoto: 0.6, similarityToOriginal: 0.1, landmarkError: 0.02 }),
    sample(15, { landmarkError: 0.04, maxBackgroundChange: 3 }),
    sample(25, { similarityToPhoto: 0.8, similarityToOriginal: 0.2, landmarkError: 0.03 }),
  ]);
  expect(report.sampledFrames).toBe(3);
  expect(report.identityMargin).toBeCloseTo(0.6);
  expect(report.landmarkError).toBe(0.03);
  expect(report.flickerRatio).toBe(0.5);
  expect(report.jitterRatio).toBe(0.5);
  expect(report.maxBackgroundChange).toBe(3);
  expect(report.mouthOpeningError).toBeUndefined();
});

test("samples cross threads unchanged", () => {
  const samples = [sample(5, { similarityToPhoto: 0.5 })];
  expect(structuredClone(samples)).toEqual(samples);
});

test("maxBackgroundChange looks outside the box only", () => {
  const frame = () => ({
    widthPixels: 8,
    heightPixels: 8,
    y: new Uint8Array(80),
    u: new Uint8Array(20),
    v: new Uint8Array(20),
    lumaStride: 10,
    chromaStride: 5,
    isFullRange: false,
    matrix: "bt709" as const,
  });
  const [before, after] = [frame(), frame()];
  const box = { left: 2, top: 2, right: 6, bottom: 6 };
  after.y[3 * 10 + 3] = 200;
  after.u[1 * 5 + 1] = 9;
  // Padding beyond the width is no picture.
  after.y[9] = 50;
  expect(maxBackgroundChange(before, after, box)).toBe(0);
  after.v[0] = 4;
  expect(maxBackgroundChange(before, after, box)).toBe(4);
  after.y[6 * 10 + 3] = 7;
  expect(maxBackgroundChange(before, after, box)).toBe(7);
});
