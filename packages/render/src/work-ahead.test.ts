import { describe, expect, it } from "vitest";
import { parseSwapRanges, planRender } from "#plan/index.js";
import { workAhead } from "./work-ahead.js";

/** 30 seconds at 30 frames a second, a clean cut every second. */
const index = {
  presentationSeconds: Array.from({ length: 900 }, (_, frame) => frame / 30),
  endSeconds: 30,
  cutPoints: Array.from({ length: 31 }, (_, second) => ({ packet: 30 * second, frame: 30 * second })),
};
const planned = (stitch: "smart" | "uniform") =>
  planRender({ index, stitch, swapRanges: parseSwapRanges("0.5-2,20-25"), label: { kind: "delegated", reason: "no" } });
const nothing = { readyRegions: new Set<number>(), drawnSegments: [] };

describe("the work ahead of a planned render", () => {
  it("is coding the regions and drawing the swap segments in them", () => {
    expect(workAhead(planned("smart"), nothing)).toEqual({ codedFrames: 210, drawnFrames: 195 });
  });

  it("is coding the whole film for the first customer of a template, and what is changed for the second", () => {
    const plan = planned("uniform");
    expect(workAhead(plan, nothing)).toEqual({ codedFrames: 900, drawnFrames: 195 });
    const kept = plan.regions.filter(({ kind }) => kind === "kept");
    const readyRegions = new Set(kept.map((region) => region.index));
    expect(workAhead(plan, { ...nothing, readyRegions })).toEqual({ codedFrames: 195, drawnFrames: 195 });
  });

  it("is no drawing where an earlier render drew the faces", () => {
    const plan = planned("smart");
    const first = plan.segments.find(({ treatment }) => treatment === "swap");
    const drawnSegments = [{ segmentIndex: first!.index }];
    expect(workAhead(plan, { ...nothing, drawnSegments })).toEqual({ codedFrames: 210, drawnFrames: 150 });
  });
});
