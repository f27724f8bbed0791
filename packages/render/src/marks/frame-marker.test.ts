import { describe, expect, it } from "vitest";
import { createPlanes } from "#media/colour-conversion.js";
import { createFrameMarker } from "./frame-marker.js";
import { createLabelPainter } from "./label-painter.js";
import { createWatermarkPainter } from "./watermark-painter.js";

const picture = { widthPixels: 320, heightPixels: 180, rotation: 0, watermarkId: "0f1e2d" } as const;

function greyFrame() {
  const frame = createPlanes(320, 180);
  frame.y.fill(120);
  return frame;
}

describe("createFrameMarker", () => {
  it("draws the label on the frames of its ranges and on no others", () => {
    const labelRanges = [
      { startFrame: 3, endFrame: 5 },
      { startFrame: 8, endFrame: 9 },
      { startFrame: 9, endFrame: 10 },
    ];
    const marker = createFrameMarker({ ...picture, labelRanges });
    const labelled: number[] = [];
    for (let frameNumber = 0; frameNumber < 14; frameNumber++) {
      const frame = greyFrame();
      marker.mark(frame, frameNumber, frameNumber / 30);
      if (frame.y.includes(235)) labelled.push(frameNumber);
    }
    expect(labelled).toEqual([3, 4, 8, 9]);
  });

  it("serves a region that begins inside or behind a range", () => {
    const marker = createFrameMarker({
      ...picture,
      labelRanges: [
        { startFrame: 0, endFrame: 10 },
        { startFrame: 20, endFrame: 30 },
      ],
    });
    const labelled = [25, 29, 30].map((frameNumber) => {
      const frame = greyFrame();
      marker.mark(frame, frameNumber, frameNumber / 30);
      return frame.y.includes(235);
    });
    expect(labelled).toEqual([true, true, false]);
  });

  it("draws the label over the watermark", () => {
    const [marked, expected] = [greyFrame(), greyFrame()];
    createFrameMarker({ ...picture, labelRanges: [{ startFrame: 0, endFrame: 1 }] }).mark(marked, 0, 0);
    createWatermarkPainter(picture).paint(expected, 0);
    createLabelPainter(picture).paint(expected);
    expect(Buffer.compare(marked.y, expected.y)).toBe(0);
  });
});
