import { describe, expect, it } from "vitest";
import type { FrameIndex } from "#model/media.js";
import { parseLabelWish, planRender } from "./index.js";

/** 20 s at 10 frames a second with a clean cut every 2 s. */
const index: FrameIndex = {
  presentationSeconds: Array.from({ length: 200 }, (_, frame) => frame / 10),
  endSeconds: 20,
  cutPoints: Array.from({ length: 11 }, (_, cut) => ({ packet: cut * 20, frame: cut * 20 })),
};
const plan = (label: string) =>
  planRender({
    index,
    swapRanges: [
      { startSeconds: 4.5, endSeconds: 7 },
      { startSeconds: 11, endSeconds: 12 },
    ],
    stitch: "smart",
    label: parseLabelWish(label),
  });

describe("the planned label", () => {
  it("stands on every swapped frame and on no other", () => {
    expect(plan("on").labelRanges).toEqual([
      { startFrame: 45, endFrame: 70 },
      { startFrame: 110, endFrame: 120 },
    ]);
  });

  it("at the start also stands on the first five seconds, whose packets are then coded again", () => {
    const { labelRanges, regions } = plan("start");
    expect(labelRanges).toEqual([
      { startFrame: 0, endFrame: 70 },
      { startFrame: 110, endFrame: 120 },
    ]);
    expect(regions.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 20],
      [20, 60],
      [60, 80],
      [100, 120],
    ]);
    expect(plan("on").regions.map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [40, 80],
      [100, 120],
    ]);
  });

  it("is nowhere when it is delegated", () => {
    expect(plan("delegated:our page shows it").labelRanges).toEqual([]);
  });
});

describe("parseLabelWish", () => {
  it("keeps the reason of a delegation", () => {
    expect(parseLabelWish("delegated: the shop's player shows it ")).toEqual({
      kind: "delegated",
      reason: "the shop's player shows it",
    });
  });

  it.each(["off", "", "delegated", "delegated:", "delegated:  ", `delegated:${"x".repeat(281)}`])(
    "refuses %j",
    (text) => {
      expect(() => parseLabelWish(text)).toThrow(expect.objectContaining({ code: "bad-usage" }));
    },
  );
});
