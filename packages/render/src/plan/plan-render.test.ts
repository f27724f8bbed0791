import { describe, expect, it } from "vitest";
import type { FrameIndex } from "#model/media.js";
import { parsePlanFile, parseSwapRanges, planRender } from "./index.js";

/** A 30 fps index with a clean cut every `gopFrames`; decode order equals display order. */
function constantRate(seconds: number, gopFrames = 60): FrameIndex {
  const frameCount = Math.round(seconds * 30);
  const cuts = [];
  for (let frame = 0; frame < frameCount; frame += gopFrames) cuts.push({ packet: frame, frame });
  cuts.push({ packet: frameCount, frame: frameCount });
  return {
    presentationSeconds: Array.from({ length: frameCount }, (_, i) => i / 30),
    endSeconds: frameCount / 30,
    cutPoints: cuts,
  };
}

const regionsOf = (plan: ReturnType<typeof planRender>) =>
  plan.regions.map((r) => `${r.kind} ${r.startFrame}-${r.endFrame} from ${r.startPacket} to ${r.endPacket}`);

const shape = (plan: ReturnType<typeof planRender>) =>
  plan.segments.map((s) => `${s.treatment} ${s.startFrame}-${s.endFrame}`);

describe("planRender", () => {
  it("gives the brief's plan by default", () => {
    const plan = planRender({ index: constantRate(30), stitch: "smart" });
    expect(shape(plan)).toEqual(["swap 0-150", "keep 150-450", "swap 450-600", "keep 600-900"]);
    expect(plan.segments.map((s) => s.startSeconds)).toEqual([0, 5, 15, 20]);
  });

  it("clips the brief's plan to a short video", () => {
    expect(shape(planRender({ index: constantRate(3), stitch: "smart" }))).toEqual(["swap 0-90"]);
    expect(shape(planRender({ index: constantRate(16), stitch: "smart" }))).toEqual([
      "swap 0-150",
      "keep 150-450",
      "swap 450-480",
    ]);
  });

  it("covers the source without gap or overlap, whatever the ranges and the frame times", () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; round += 1) {
      const times: number[] = [];
      let now = 0;
      for (let i = 0; i < 100; i += 1) times.push((now += 0.01 + random() * 0.1));
      const start = random() * now * 0.6;
      const middle = start + 0.2 + random() * 0.2 * now;
      const index: FrameIndex = {
        presentationSeconds: times,
        endSeconds: now + 0.05,
        cutPoints: [
          { packet: 0, frame: 0 },
          { packet: 37, frame: 37 },
          { packet: 100, frame: 100 },
        ],
      };
      const plan = planRender({
        index,
        stitch: "smart",
        swapRanges: [
          { startSeconds: start, endSeconds: middle },
          { startSeconds: middle, endSeconds: now },
        ],
      });
      let next = 0;
      for (const s of plan.segments) {
        expect(s.startFrame).toBe(next);
        expect(s.endFrame).toBeGreaterThan(s.startFrame);
        next = s.endFrame;
      }
      expect(next).toBe(100);
    }
  });

  it("widens regions to clean cuts only, and merges those that touch the same GOP", () => {
    const plan = planRender({ index: constantRate(30), stitch: "smart" });
    expect(plan.regions.map((r) => [r.startPacket, r.endPacket])).toEqual([
      [0, 60],
      [60, 180],
      [420, 480],
      [480, 600],
    ]);
    const close = planRender({
      index: constantRate(30),
      stitch: "smart",
      swapRanges: parseSwapRanges("0-1,1.5-3"),
    });
    expect(close.regions.map((r) => [r.startFrame, r.endFrame])).toEqual([[0, 120]]);
  });

  it("encodes everything again when asked, or when smart cut cannot hold, and says why", () => {
    const asked = planRender({ index: constantRate(10), stitch: "reencode" });
    expect(asked.regions.map((r) => [r.startFrame, r.endFrame])).toEqual([
      [0, 60],
      [60, 120],
      [120, 240],
      [240, 300],
    ]);
    expect(asked.regions.every(({ kind }) => kind === "changed")).toBe(true);
    const blocked = planRender({ index: { ...constantRate(10), smartCutBlocker: "open GOP" }, stitch: "smart" });
    expect(blocked.stitch).toEqual({ mode: "reencode", reason: "open GOP" });
  });

  it("cuts long regions into pieces of at least two and a half seconds, at clean cuts where smart cut asks for them", () => {
    const plan = planRender({ index: constantRate(30, 240), stitch: "smart", swapRanges: parseSwapRanges("9-20") });
    expect(regionsOf(plan)).toEqual(["changed 240-480 from 240 to 480", "changed 480-720 from 480 to 720"]);
  });

  it("cuts an hour into some sixty pieces and no more", () => {
    const plan = planRender({ index: constantRate(3600), stitch: "reencode" });
    expect(plan.regions.length).toBeLessThanOrEqual(64);
    expect(plan.regions.length).toBeGreaterThan(50);
  });

  it("covers the film with changed and kept regions when it is uniform, wherever the source may be cut", () => {
    const index = constantRate(30, 240);
    expect(regionsOf(planRender({ index, stitch: "uniform" }))).toEqual([
      "changed 0-75 from 0 to 240",
      "changed 75-150 from 0 to 240",
      "kept 150-240 from 0 to 240",
      "kept 240-300 from 240 to 480",
      "kept 300-375 from 240 to 480",
      "kept 375-450 from 240 to 480",
      "changed 450-525 from 240 to 720",
      "changed 525-600 from 480 to 720",
      "kept 600-720 from 480 to 720",
      "kept 720-825 from 720 to 900",
      "kept 825-900 from 720 to 900",
    ]);
  });

  it("does not cut where a decoder would have to run up from far, as in a film without a second clean cut", () => {
    const index = { ...constantRate(30, 900), smartCutBlocker: "open GOP" };
    expect(regionsOf(planRender({ index, stitch: "uniform" }))).toEqual([
      "changed 0-75 from 0 to 900",
      "changed 75-150 from 0 to 900",
      "kept 150-450 from 0 to 900",
      "changed 450-600 from 0 to 900",
      "kept 600-900 from 0 to 900",
    ]);
  });

  it("decodes from open groups of pictures, up to the next that shows nothing from before; smart cut keeps to clean cuts", () => {
    const ends = [
      { packet: 0, frame: 0 },
      { packet: 900, frame: 900 },
    ];
    const open = Array.from({ length: 14 }, (_, i) => ({ packet: 58 + 60 * i, frame: 60 + 60 * i, leadingFrames: 2 }));
    const decodeStarts = [ends[0]!, ...open, ends[1]!];
    const index: FrameIndex = { ...constantRate(30), decodeStarts, cutPoints: ends };
    const swapRanges = parseSwapRanges("20-22");
    expect(regionsOf(planRender({ index, stitch: "uniform", swapRanges }))).toContain(
      "changed 600-660 from 598 to 718",
    );
    expect(regionsOf(planRender({ index, stitch: "smart", swapRanges }))).toEqual(["changed 0-900 from 0 to 900"]);
  });

  it("plans no kept region where everything changes", () => {
    const plan = planRender({ index: constantRate(2), stitch: "uniform", swapRanges: parseSwapRanges("0-2") });
    expect(regionsOf(plan)).toEqual(["changed 0-60 from 0 to 60"]);
  });

  it.each([
    ["a range past the end", "40-45", "swap-outside-video"],
    ["one range of two past the end", "0-5,40-45", "swap-outside-video"],
    ["a range between two frames", "0.01-0.02", "swap-outside-video"],
  ])("refuses %s", (_name, text, code) => {
    expect(() => planRender({ index: constantRate(30), stitch: "smart", swapRanges: parseSwapRanges(text) })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe("swap ranges", () => {
  it.each([
    ["0-5,3-8", "overlapping-segments"],
    ["5-0", "bad-usage"],
    ["5-5", "bad-usage"],
    ["a-b", "bad-usage"],
    ["", "bad-usage"],
    ["-1-5", "bad-usage"],
  ])("refuses --swap %s", (text, code) => {
    expect(() => parseSwapRanges(text)).toThrow(expect.objectContaining({ code }));
  });

  it("orders ranges and lets them touch", () => {
    expect(parseSwapRanges("5-6.5, 0-5")).toEqual([
      { startSeconds: 0, endSeconds: 5 },
      { startSeconds: 5, endSeconds: 6.5 },
    ]);
  });

  it("reads a plan file and names the wrong field", () => {
    expect(parsePlanFile({ swap: [{ startSeconds: 1, endSeconds: 2 }] })).toHaveLength(1);
    expect(() => parsePlanFile({ swap: [{ startSeconds: "1", endSeconds: 2 }] })).toThrow(/swap\.0\.startSeconds/);
    expect(() => parsePlanFile([])).toThrow(expect.objectContaining({ code: "bad-plan" }));
  });
});
