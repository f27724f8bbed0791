import { expect, test } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { readGrain } from "./grain.js";

const [width, height] = [16, 16];
const box = { left: 0, top: 0, right: width, bottom: height };

function frameOf(luma: (x: number, y: number) => number): PlanarFrame {
  const y = Uint8Array.from({ length: width * height }, (_, o) => luma(o % width, Math.floor(o / width)));
  const chroma = new Uint8Array((width * height) / 4).fill(128);
  return {
    widthPixels: width,
    heightPixels: height,
    y,
    u: chroma,
    v: chroma,
    lumaStride: width,
    chromaStride: width / 2,
    isFullRange: false,
    matrix: "bt709",
  };
}

/** Plain skin everywhere but in the left quarter. */
const ownPlainness = Float32Array.from({ length: 16 }, (_, o) => (o % 4 === 0 ? 0 : 1));
const weights = { ownPlainness, plainness: ownPlainness, innerness: ownPlainness, foldedness: ownPlainness };

test("grain is what sets a pixel apart from its neighbours, on plain skin only", () => {
  const frame = frameOf((x, y) => 100 + 2 * x + ((x === 9 || x === 1) && y === 5 ? 4 : 0));
  const grain = readGrain(frame, box, weights, 0.5);
  const rows = Array.from({ length: height }, (_, row) => grain(row).slice(0, width));
  expect(rows[5]![9]).toBeCloseTo(2, 6);
  expect(rows[5]![1]).toBe(0);
  expect(rows[10]!.every((value) => Math.abs(value) < 1e-6)).toBe(true);
});

test("an edge of the person's own face is not carried over as grain", () => {
  const grain = readGrain(
    frameOf((x) => (x < 9 ? 60 : 200)),
    box,
    weights,
    1,
  );
  const rows = Array.from({ length: height }, (_, row) => grain(row).slice(0, width));
  expect(Math.max(...rows.flatMap((row) => [...row].map(Math.abs)))).toBeLessThanOrEqual(8);
});

test("rows that were drawn over already do not change the grain of those below", () => {
  const pattern = (x: number, y: number): number => 120 + ((x * 7 + y * 13) % 5);
  const untouched = readGrain(frameOf(pattern), box, weights, 1);
  const wanted = Array.from({ length: height }, (_, row) => untouched(row).slice(0, width));
  const frame = frameOf(pattern);
  const grain = readGrain(frame, box, weights, 1);
  for (let row = 0; row < height; row++) {
    expect(grain(row).slice(0, width)).toEqual(wanted[row]);
    frame.y.fill(16, row * width, (row + 1) * width);
  }
});
