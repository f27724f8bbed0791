import { describe, expect, it } from "vitest";
import type { FrameIndex } from "#model/media.js";
import type { Segment } from "#model/plan.js";
import { planChunks } from "./plan-chunks.js";

/** 30 frames a second, a clean cut every two seconds. */
const film = (seconds: number, cutFrames = 60): FrameIndex => {
  const frameCount = 30 * seconds;
  const cutPoints = Array.from({ length: Math.ceil(frameCount / cutFrames) }, (_, i) => ({
    packet: i * cutFrames,
    frame: i * cutFrames,
  }));
  return {
    presentationSeconds: Array.from({ length: frameCount }, (_, n) => n / 30),
    endSeconds: seconds,
    cutPoints: [...cutPoints, { packet: frameCount, frame: frameCount }],
  };
};
const segment = (index: number, startFrame: number, endFrame: number): Segment => ({
  index,
  startFrame,
  endFrame,
  startSeconds: startFrame / 30,
  endSeconds: endFrame / 30,
  treatment: "swap",
});
/** `packets: frames that are looked at`. */
const shape = (chunks: ReturnType<typeof planChunks>) =>
  chunks.map(
    ({ region, pieces }) =>
      `${region.startPacket}-${region.endPacket}: ${pieces.map((piece) => `${piece.startFrame}-${piece.endFrame}`).join(" ")}`,
  );

describe("chunks of the analysis", () => {
  const brief = [segment(0, 0, 150), segment(2, 450, 600)];

  it("are the brief's two segments for two lanes, from clean cut to clean cut", () => {
    expect(shape(planChunks(film(30), brief, 2))).toEqual(["0-180: 0-150", "420-600: 450-600"]);
  });

  it("split a long segment so that every lane has about the same work", () => {
    expect(shape(planChunks(film(30), [segment(0, 0, 600)], 2))).toEqual(["0-300: 0-300", "300-600: 300-600"]);
    expect(shape(planChunks(film(30), [segment(0, 0, 600)], 1))).toEqual(["0-600: 0-600"]);
  });

  it("are no shorter than two seconds where there are more lanes than work", () => {
    expect(shape(planChunks(film(30), [segment(0, 30, 240)], 64))).toEqual([
      "0-120: 30-120",
      "120-180: 120-180",
      "180-240: 180-240",
    ]);
  });

  it("decode a run of packets once for all segments that lie in it", () => {
    const close = [segment(0, 5, 10), segment(2, 20, 30), segment(4, 70, 80)];
    expect(shape(planChunks(film(30), close, 1))).toEqual(["0-120: 5-10 20-30 70-80"]);
  });

  it("begin at open groups, too, and end where what is shown before the next one is read", () => {
    const open = [300, 450, 600].map((frame) => ({ packet: frame - 3, frame, leadingFrames: 3 }));
    const end = { packet: 900, frame: 900 };
    const blocked = { ...film(30), cutPoints: [{ packet: 0, frame: 0 }, end], decodeStarts: [...open, end] };
    expect(shape(planChunks(blocked, [segment(0, 310, 590)], 2))).toEqual(["297-597: 310-450", "447-900: 450-590"]);
  });

  it("are one from the start where the track has no clean cut", () => {
    const blocked = { ...film(30), cutPoints: [{ packet: 900, frame: 900 }] };
    expect(shape(planChunks(blocked, brief, 2))).toEqual(["0-900: 0-150 450-600"]);
  });
});
