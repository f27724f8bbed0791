import { expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { openPaintRoom, type PaintRoom } from "./paint-room.js";

const side = 16;
const box = { left: 8, top: 8, right: 8 + side, bottom: 8 + side };

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

/** A room that holds the frame's box and an even face over it. */
function roomWith(frame: PlanarFrame, opacity: number): PaintRoom {
  const room = openPaintRoom();
  room.enter(frame, box);
  const { luma, blueDifference, redDifference, opacity: opacities, gain, ownPlainness } = room.planes;
  luma.fill(180);
  blueDifference.fill(5);
  redDifference.fill(-5);
  opacities.fill(opacity);
  gain.fill(1);
  ownPlainness.fill(1);
  return room;
}

function composite(room: PaintRoom, frame: PlanarFrame, grainShare: number): void {
  room.kernels.run.compositeLuma(room.scene, grainShare);
  room.kernels.run.compositeChroma(room.scene);
  room.leave(frame, box);
}

test("an opaque face fills its box to the last pixel and nothing beside it", () => {
  const frame = grey();
  composite(roomWith(frame, 1), frame, 0);
  const wanted = frame.y.map((_, o) => {
    const [x, y] = [o % 32, Math.floor(o / 32)];
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom ? 180 : 60;
  });
  expect(frame.y).toEqual(wanted);
  expect([frame.u[8 * 16 + 8], frame.v[8 * 16 + 8], frame.u[0]]).toEqual([133, 123, 110]);
});

test("a transparent face changes nothing, grain or not", () => {
  const frame = grey();
  frame.y.set([70, 50, 70], 12 * 32 + 12);
  const before = frame.y.slice();
  composite(roomWith(frame, 0), frame, 1);
  expect(frame).toEqual({ ...grey(), y: before });
});

test("half of the opacity is half of the way", () => {
  const frame = grey();
  composite(roomWith(frame, 0.5), frame, 0);
  expect(frame.y[16 * 32 + 16]).toBe(120);
  expect(frame.u[8 * 16 + 8]).toBe(122);
});

test("the gain brightens, kept pixels are shown as they were", () => {
  const frame = grey();
  const room = roomWith(frame, 1);
  room.planes.keptShare[0] = 1;
  room.planes.keptLuma[0] = 77;
  room.planes.gain.fill(0.5);
  composite(room, frame, 0);
  expect(frame.y[8 * 32 + 8]).toBe(77);
  // Half of the way from 10, the deepest black, to 180.
  expect(frame.y[8 * 32 + 9]).toBe(95);
});

/** What is drawn over a face of 180 where the video has `luma`, less the 180. */
function grainOf(luma: (x: number, y: number) => number, plainAt = (_quarter: number): number => 1): number[][] {
  const frame = grey();
  for (let o = 0; o < frame.y.length; o++) frame.y[o] = luma((o % 32) - box.left, Math.floor(o / 32) - box.top);
  const room = roomWith(frame, 1);
  for (let q = 0; q < 16; q++) room.planes.ownPlainness[q] = plainAt(q % 4);
  composite(room, frame, 1);
  const rowAt = (y: number) => frame.y.subarray((box.top + y) * 32 + box.left, (box.top + y) * 32 + box.right);
  return Array.from({ length: side }, (_, y) => [...rowAt(y)].map((value) => value - 180));
}

test("grain is what sets a pixel apart from its neighbours, on plain skin only", () => {
  const rows = grainOf(
    (x, y) => 100 + 2 * x + ((x === 9 || x === 1) && y === 5 ? 4 : 0),
    (quarter) => (quarter === 0 ? 0 : 1),
  );
  expect(rows[5]![9]).toBe(4);
  expect(rows[5]![1]).toBe(0);
  expect(rows[10]).toEqual(Array.from({ length: side }, () => 0));
});

test("an edge of the person's own face is not carried over as grain", () => {
  const rows = grainOf((x) => (x < 9 ? 60 : 200));
  expect(Math.max(...rows.flat().map(Math.abs))).toBeLessThanOrEqual(8);
});

test("rows that were drawn over do not change the grain of those below", () => {
  const pattern = (x: number, y: number): number => 120 + ((x * 7 + y * 13) % 5);
  const differenceAt = (x: number, y: number): number =>
    pattern(x, y) - (pattern(x - 1, y) + pattern(x + 1, y) + pattern(x, y - 1) + pattern(x, y + 1)) / 4;
  const rows = grainOf((x, y) => pattern(x + 5, y + 5));
  for (const [x, y] of [
    [3, 4],
    [7, 9],
    [12, 13],
  ] as const) {
    expect(Math.abs(rows[y]![x]! - differenceAt(x + 5, y + 5))).toBeLessThanOrEqual(0.51);
  }
});
