import { describe, expect, test } from "vitest";
import type { TrackedFrame } from "#model/face-track.js";
import { savitzkyGolayWeights, smoothMesh } from "./smoothing.js";

describe("savitzkyGolayWeights", () => {
  test("is the textbook filter in the middle of a shot", () => {
    const textbook = [-2, 3, 6, 7, 6, 3, -2].map((weight) => weight / 21);
    savitzkyGolayWeights(3, 3).forEach((weight, i) => expect(weight).toBeCloseTo(textbook[i]!, 10));
  });

  test.each([
    [0, 3],
    [3, 0],
    [1, 3],
    [2, 2],
    [0, 1],
    [0, 0],
  ])("keeps a steady motion where %i frames lie before and %i after", (before, after) => {
    const weights = savitzkyGolayWeights(before, after);
    expect(weights).toHaveLength(before + after + 1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
    const lag = weights.reduce((sum, weight, i) => sum + weight * (i - before), 0);
    // Two frames are not enough for a slope: their mean is taken.
    expect(lag).toBeCloseTo(before + after >= 2 ? 0 : (after - before) / 2, 10);
  });
});

test("smoothMesh does not look across a cut", () => {
  const frames: TrackedFrame[] = [0, 1, 2, 100, 101, 102].map((x, i) => ({
    mesh: Float32Array.of(x),
    run: i < 3 ? 1 : 2,
  }));
  const into = new Float32Array(1);
  for (let n = 0; n < frames.length; n++) {
    smoothMesh(n, (k) => frames[k], into);
    expect(into[0]).toBeCloseTo(frames[n]!.mesh[0]!, 4);
  }
});
