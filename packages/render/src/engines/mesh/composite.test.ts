import { expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { composite } from "./composite.js";

const side = 16;

function grey(): PlanarFrame {
  return {
    widthPixels: 32,
    heightPixels: 32,
    y: new Uint8Array(32 * 32).fill(60),
    u: new Uint8Array(16 * 16).fill(110),
    v: new Uint8Array(16 * 16).fill(110),
    lumaStride: 32,
    chromaStride: 16,
    isFullRange: false,
    matrix: "bt709",
  };
}

const box = { left: 8, top: 8, right: 8 + side, bottom: 8 + side };
const light = {
  gain: new Float32Array(16).fill(1),
  blueShift: new Float32Array(16),
  redShift: new Float32Array(16),
  width: 4,
  height: 4,
};

function planes(opacity: number) {
  const full = (value: number): Float32Array => new Float32Array(side * side).fill(value);
  const half = (value: number): Float32Array => new Float32Array((side * side) / 4).fill(value);
  return {
    luma: full(180),
    keptLuma: full(0),
    keptShare: full(0),
    blueDifference: half(5),
    redDifference: half(-5),
    opacity: half(opacity),
    keptBlue: half(0),
    keptRed: half(0),
    keptHalfShare: half(0),
  };
}

test("an opaque face fills its box to the last pixel and nothing beside it", () => {
  const frame = grey();
  composite(frame, box, planes(1), light, undefined);
  const wanted = frame.y.map((_, o) => {
    const [x, y] = [o % 32, Math.floor(o / 32)];
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom ? 180 : 60;
  });
  expect(frame.y).toEqual(wanted);
  expect([frame.u[8 * 16 + 8], frame.v[8 * 16 + 8], frame.u[0]]).toEqual([133, 123, 110]);
});

test("a transparent face changes nothing, grain or not", () => {
  const frame = grey();
  composite(frame, box, planes(0), light, () => new Float32Array(side).fill(5));
  expect(frame).toEqual(grey());
});

test("the gain brightens, grain is added on top, kept pixels are shown as they were", () => {
  const frame = grey();
  const ofFace = planes(1);
  ofFace.keptShare[0] = 1;
  ofFace.keptLuma[0] = 77;
  composite(frame, box, ofFace, { ...light, gain: new Float32Array(16).fill(0.5) }, () =>
    new Float32Array(side).fill(3),
  );
  expect(frame.y[8 * 32 + 8]).toBe(77);
  // Half of the way from 10, the deepest black, to 180, and 3.
  expect(frame.y[8 * 32 + 9]).toBe(98);
});
