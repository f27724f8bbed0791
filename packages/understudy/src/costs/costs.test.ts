import { describe, expect, it } from "vitest";
import { actualCost, assertWithinCap, estimateCost, learnFrameSeconds } from "./index.js";

/** A render that drew half of the frames that it coded. */
const finished = (reencoded: number, swap: Readonly<Record<string, number>>, analyse = {}) => ({
  frames: { total: 900, reencoded, swapped: reencoded / 2 - 1, withoutFace: Math.min(1, reencoded) },
  stages: [
    { stage: "intake", seconds: 7 },
    { stage: "analyse", seconds: 2, threadSeconds: analyse },
    { stage: "swap", seconds: 3, threadSeconds: swap },
    { stage: "stitch", seconds: 1 },
  ],
});

describe("what a render costs", () => {
  const free = { usdPerEngineSecond: 0 };

  it("is estimated from the frames that are coded again and those that faces are drawn in", () => {
    const work = { codedFrames: 360, drawnFrames: 300 };
    const estimate = estimateCost(work, { coded: 0.02, drawn: 0.04 }, { usdPerEngineSecond: 0.001 });
    expect(estimate).toEqual({ engineSeconds: 19.2, usdPerEngineSecond: 0.001, usd: 0.0192 });
    expect(estimateCost({ ...work, drawnFrames: 0 }, { coded: 0.02, drawn: 0.04 }, free).engineSeconds).toBe(7.2);
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
    const seconds = { coded: 0.1, drawn: 0.1 };
    expect(estimateCost({ codedFrames: 2, drawnFrames: 1 }, seconds, { usdPerEngineSecond: 0.1 })).toEqual({
      engineSeconds: 0.3,
      usdPerEngineSecond: 0.1,
      usd: 0.03,
    });
  });

  it("is nothing where a second costs nothing, or nothing was drawn", () => {
    expect(estimateCost({ codedFrames: 9, drawnFrames: 9 }, { coded: 1, drawn: 1 }, free).usd).toBe(0);
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
  it("is the median of what finished renders took, apart for coding and for all else", () => {
    const all = [
      finished(100, { draw: 4, load: 1, decode: 1, mark: 1, encode: 1 }),
      finished(100, { draw: 900, encode: 900 }),
      finished(200, { draw: 8, encode: 8 }, { load: 1, decode: 3, track: 4 }),
    ];
    expect(learnFrameSeconds(all, 1)).toEqual({ coded: 0.04, drawn: 0.16 });
  });

  it("is the configuration's until a render says better", () => {
    const configured = { coded: 0.3, drawn: 0.7 };
    expect(learnFrameSeconds([], 1)).toEqual(configured);
    expect(learnFrameSeconds([finished(0, { draw: 5, encode: 5 }), finished(10, {})], 1)).toEqual(configured);
  });

  it("is learned of coding alone from renders that drew nothing", () => {
    expect(learnFrameSeconds([finished(100, { encode: 2 })], 1)).toEqual({ coded: 0.02, drawn: 0.7 });
  });
});
