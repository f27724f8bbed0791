import { describe, expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { readOrientedCrop, yuvToRgb } from "./oriented-crop.js";

const side = 32;

/** A frame of one colour, stored with the given matrix and range. */
function frameOf(
  rgb: readonly [number, number, number],
  matrix: PlanarFrame["matrix"],
  isFullRange: boolean,
): PlanarFrame {
  const [kr, kb] = matrix === "bt601" ? [0.299, 0.114] : [0.2126, 0.0722];
  const luma = kr * rgb[0] + (1 - kr - kb) * rgb[1] + kb * rgb[2];
  const chroma = isFullRange ? 1 : 224 / 255;
  const stored = isFullRange ? luma : 16 + (luma * 219) / 255;
  const u = 128 + ((rgb[2] - luma) / (2 * (1 - kb))) * chroma;
  const v = 128 + ((rgb[0] - luma) / (2 * (1 - kr))) * chroma;
  return {
    widthPixels: side,
    heightPixels: side,
    y: new Uint8Array(side * side).fill(Math.round(stored)),
    u: new Uint8Array((side * side) / 4).fill(Math.round(u)),
    v: new Uint8Array((side * side) / 4).fill(Math.round(v)),
    lumaStride: side,
    chromaStride: side / 2,
    isFullRange,
    matrix,
  };
}

const whole = { centerX: side / 2 - 0.5, centerY: side / 2 - 0.5, sizePixels: side, angleRadians: 0 };

describe("readOrientedCrop", () => {
  test.each([
    ["bt601", false],
    ["bt601", true],
    ["bt709", false],
    ["bt709", true],
  ] as const)("gives back the colour of a %s frame, full range %s", (matrix, isFullRange) => {
    const crop = new Float32Array(4 * 4 * 3);
    readOrientedCrop(frameOf([200, 120, 90], matrix, isFullRange), { ...whole, sizePixels: 8 }, 4, 1, 0, crop);
    const [red, green, blue] = [crop[8], crop[24], crop[40]];
    expect(red).toBeCloseTo(200, -0.7);
    expect(green).toBeCloseTo(120, -0.7);
    expect(blue).toBeCloseTo(90, -0.7);
  });

  test("knows the factors of BT.709 limited range", () => {
    const { lumaScale, rv, gu, gv, bu } = yuvToRgb("bt709", false);
    expect([lumaScale, rv, gu, gv, bu].map((factor) => factor.toFixed(3))).toEqual([
      "1.164",
      "1.793",
      "-0.213",
      "-0.533",
      "2.112",
    ]);
  });

  test("reads the same pixels from an RGB picture at full size", () => {
    const rgb = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * 37) % 256);
    const crop = new Float32Array(side * side * 3);
    readOrientedCrop({ widthPixels: side, heightPixels: side, rgb }, whole, side, 1, 0, crop);
    const planes = [0, 1, 2].flatMap((channel) => Array.from(rgb).filter((_, i) => i % 3 === channel));
    expect(Array.from(crop)).toEqual(planes);
  });

  test("turns with the square, and is black outside", () => {
    const rgb = new Uint8Array(side * side * 3);
    for (let y = 0; y < side; y++) rgb.fill(255, 3 * (y * side + side / 2), 3 * (y * side + side));
    const picture = { widthPixels: side, heightPixels: side, rgb };
    const crop = new Float32Array(8 * 8 * 3);
    // A square turned clockwise by a quarter sees the bright right half at its top.
    readOrientedCrop(picture, { ...whole, sizePixels: 16, angleRadians: Math.PI / 2 }, 8, 1, 0, crop);
    expect(crop[0]).toBeGreaterThan(250);
    expect(crop[crop.length - 1]).toBeLessThan(5);
    readOrientedCrop(picture, { ...whole, sizePixels: 64 }, 8, 1, 0, crop);
    expect(crop[0]).toBe(0);
  });

  test("reads a picture of one pixel", () => {
    const crop = new Float32Array(2 * 2 * 3);
    const square = { centerX: 0, centerY: 0, sizePixels: 1, angleRadians: 0 };
    readOrientedCrop({ widthPixels: 1, heightPixels: 1, rgb: Uint8Array.of(90, 60, 50) }, square, 2, 1, 0, crop);
    expect(Array.from(crop)).toEqual([90, 90, 90, 90, 60, 60, 60, 60, 50, 50, 50, 50]);
  });

  test("averages where it reduces", () => {
    const frame = frameOf([128, 128, 128], "bt601", true);
    for (let i = 0; i < frame.y.length; i++) frame.y[i] = (i + (i >> 5)) % 2 ? 255 : 0;
    const crop = new Float32Array(8 * 8 * 3);
    readOrientedCrop(frame, whole, 8, 1, 0, crop);
    const spread = Math.max(...crop) - Math.min(...crop);
    expect(spread).toBeLessThan(140);
  });
});
