import { describe, expect, it } from "vitest";
import { actualCost, assertWithinCap, estimateCost, learnSecondsPerFrame } from "./index.js";

const finished = (reencoded: number, threadSeconds: Readonly<Record<string, number>>) => ({
  frames: { total: 900, reencoded, swapped: 0, withoutFace: 0 },
  stages: [
    { stage: "intake", seconds: 7 },
    { stage: "swap", seconds: 3, threadSeconds },
    { stage: "stitch", seconds: 1 },
  ],
});

describe("what a render costs", () => {
  it("is estimated from the frames that are coded again", () => {
    const estimate = estimateCost({ reencodedFrames: 360, secondsPerFrame: 0.06, usdPerEngineSecond: 0.001 });
    expect(estimate).toEqual({ engineSeconds: 21.6, usdPerEngineSecond: 0.001, usd: 0.0216 });
  });

  it("is counted in the seconds of the threads that swapped, and in nothing else", () => {
    const manifest = finished(300, { load: 0.1, track: 0.2, encode: 1.7 });
    expect(actualCost(manifest, { usdPerEngineSecond: 0.5 })).toEqual({
      engineSeconds: 2,
      usdPerEngineSecond: 0.5,
      usd: 1,
    });
  });

  it("has figures without the noise of binary fractions", () => {
    expect(estimateCost({ reencodedFrames: 3, secondsPerFrame: 0.1, usdPerEngineSecond: 0.1 })).toEqual({
      engineSeconds: 0.3,
      usdPerEngineSecond: 0.1,
      usd: 0.03,
    });
  });

  it("is nothing where a second costs nothing, or nothing was drawn", () => {
    expect(estimateCost({ reencodedFrames: 9, secondsPerFrame: 1, usdPerEngineSecond: 0 }).usd).toBe(0);
    expect(actualCost({ stages: [{ stage: "swap", seconds: 5 }] }, { usdPerEngineSecond: 1 }).usd).toBe(0);
  });

  it("may reach the cap and not pass it; the refusal gives the figures", () => {
    const estimate = { engineSeconds: 9, usdPerEngineSecond: 0.06, usd: 0.54 };
    expect(() => assertWithinCap(estimate, 0.54)).not.toThrow();
    expect(() => assertWithinCap(estimate, undefined)).not.toThrow();
    expect(() => assertWithinCap(estimate, 0.5)).toThrow(
      expect.objectContaining({
        code: "cost-cap-exceeded",
        message: "The render is expected to cost 0.54 USD (9 engine seconds at 0.06 USD), and its cap is 0.5 USD.",
      }),
    );
    expect(() => assertWithinCap(estimate, 0)).toThrow(expect.objectContaining({ code: "cost-cap-exceeded" }));
  });
});

describe("what a frame takes", () => {
  it("is the median of what finished renders took", () => {
    const all = [finished(100, { draw: 5 }), finished(100, { draw: 900 }), finished(200, { draw: 8, track: 4 })];
    expect(learnSecondsPerFrame(all, 1)).toBe(0.06);
  });

  it("is the configuration's until a render says better", () => {
    expect(learnSecondsPerFrame([], 0.06)).toBe(0.06);
    expect(learnSecondsPerFrame([finished(0, { draw: 5 }), finished(10, {})], 0.06)).toBe(0.06);
  });
});
