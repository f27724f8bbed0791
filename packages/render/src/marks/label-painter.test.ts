import { describe, expect, it } from "vitest";
import { createPlanes, planarToRgb } from "#media/colour-conversion.js";
import { rotateImage } from "#media/rotate-image.js";
import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";
import { layOutLabel } from "./label-layout.js";
import { createLabelPainter } from "./label-painter.js";

/** A coloured picture with every row and column different. */
function drawnFrame(widthPixels: number, heightPixels: number, isFullRange = false): PlanarFrame {
  const frame = { ...createPlanes(widthPixels, heightPixels), isFullRange };
  for (let at = 0; at < frame.y.length; at++) frame.y[at] = 40 + ((at * 7) % 150);
  for (let at = 0; at < frame.u.length; at++) {
    frame.u[at] = 60 + ((at * 3) % 100);
    frame.v[at] = 90 + ((at * 5) % 100);
  }
  return frame;
}

function greyFrame(widthPixels: number, heightPixels: number, level: number, isFullRange = false): PlanarFrame {
  const frame = { ...createPlanes(widthPixels, heightPixels), isFullRange };
  frame.y.fill(level);
  return frame;
}

const copyOf = (frame: PlanarFrame): PlanarFrame => ({
  ...frame,
  y: frame.y.slice(),
  u: frame.u.slice(),
  v: frame.v.slice(),
});

const sizes = [
  [640, 360],
  [360, 640],
  [320, 180],
  [181, 107],
  [33, 200],
  [8, 6],
  [1, 1],
] as const;

describe("createLabelPainter", () => {
  it.each(sizes)("leaves a picture of %dx%d untouched outside the plate, and changes it inside", (width, height) => {
    const frame = drawnFrame(width, height);
    const before = copyOf(frame);
    createLabelPainter({ widthPixels: width, heightPixels: height, rotation: 0 }).paint(frame);
    const { left, top, right, bottom } = layOutLabel(width, height).plate;
    const outside = (at: number, stride: number, scale: number): boolean => {
      const [x, y] = [at % stride, Math.floor(at / stride)];
      const isInside = (x + 1) * scale > left && x * scale < right && (y + 1) * scale > top && y * scale < bottom;
      return !isInside;
    };
    const changed = (plane: "y" | "u" | "v") =>
      [...frame[plane].keys()].filter((at) => frame[plane][at] !== before[plane][at]);
    expect(changed("y").filter((at) => outside(at, frame.lumaStride, 1))).toEqual([]);
    expect(changed("u").filter((at) => outside(at, frame.chromaStride, 2))).toEqual([]);
    expect(changed("v").filter((at) => outside(at, frame.chromaStride, 2))).toEqual([]);
    expect(changed("y").length).toBeGreaterThan(((right - left) * (bottom - top)) / 2);
  });

  it("stands top right, at the same distance from both edges", () => {
    for (const [width, height] of sizes.slice(0, 3)) {
      const { plate } = layOutLabel(width, height);
      expect(width - plate.right).toBe(plate.top);
      expect(plate.bottom).toBeLessThan(height / 6);
      expect(plate.left).toBeGreaterThan(width / 2);
    }
  });

  it("grows with the picture, and stays legible on small ones", () => {
    const heightOf = (width: number, height: number) => {
      const { top, bottom } = layOutLabel(width, height).plate;
      return bottom - top;
    };
    expect(heightOf(3840, 2160)).toBeCloseTo(3 * heightOf(1280, 720), -1);
    expect(heightOf(160, 90)).toBe(heightOf(320, 180));
  });

  it.each([90, 180, 270] as const)("is upright on a picture that is stored turned by %d degrees", (rotation) => {
    const upright = greyFrame(480, 270 - 2, 120);
    createLabelPainter({ widthPixels: 480, heightPixels: 268, rotation: 0 }).paint(upright);
    const [width, height] = rotation === 180 ? [480, 268] : [268, 480];
    const stored = greyFrame(width, height, 120);
    createLabelPainter({ widthPixels: width, heightPixels: height, rotation }).paint(stored);
    expect(Buffer.compare(rotateImage(planarToRgb(stored), rotation).rgb, planarToRgb(upright).rgb)).toBe(0);
  });

  it.each([0, 90, 180, 270] as const)("reads from left to right when turned by %d degrees", (rotation: Rotation) => {
    const frame = greyFrame(640, 640, 60);
    createLabelPainter({ widthPixels: 640, heightPixels: 640, rotation }).paint(frame);
    const { rgb } = rotateImage(planarToRgb(frame), rotation);
    const { left, top, right, bottom } = layOutLabel(640, 640).plate;
    // The A begins with a slope, wide at its foot.
    const whites = (row: number) => {
      const columns: number[] = [];
      for (let column = left; column < right; column++) if (rgb[(row * 640 + column) * 3]! > 230) columns.push(column);
      return columns;
    };
    const rows = Array.from({ length: bottom - top }, (_, row) => top + row).filter((row) => whites(row).length > 0);
    expect(rows.length).toBe(Math.round(640 / 26));
    expect(whites(rows.at(-2)!)[0]!).toBeLessThan(whites(rows[1]!)[0]! - 4);
  });

  it("writes white and black of the frame's own range", () => {
    const painted = (level: number, isFullRange: boolean) => {
      const frame = greyFrame(640, 360, level, isFullRange);
      createLabelPainter({ widthPixels: 640, heightPixels: 360, rotation: 0 }).paint(frame);
      return frame;
    };
    const ends = ({ y }: PlanarFrame) => {
      const levels = y.toSorted();
      return [levels[0], levels.at(-1)];
    };
    expect(ends(painted(16, false))).toEqual([16, 235]);
    expect(ends(painted(0, true))).toEqual([0, 255]);
    expect(new Set([...painted(100, false).u, ...painted(100, false).v])).toEqual(new Set([128]));
  });

  it("keeps its letters apart from its plate over a white picture", () => {
    const frame = greyFrame(640, 360, 235);
    createLabelPainter({ widthPixels: 640, heightPixels: 360, rotation: 0 }).paint(frame);
    const darkest = planarToRgb(frame).rgb.toSorted()[0]!;
    const linear = ((darkest / 255 + 0.055) / 1.055) ** 2.4;
    expect(1.05 / (linear + 0.05)).toBeGreaterThan(4.5);
  });
});
