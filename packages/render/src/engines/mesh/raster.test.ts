import { expect, test } from "vitest";
import { openKernels } from "#kernels/index.js";
import { createRaster } from "./raster.js";

test("triangles that share edges cover each pixel once and leave none out", () => {
  const random = (seed: number): number => ((Math.imul(seed, 2654435761) >>> 8) & 0xffff) / 0xffff;
  const cells = 6;
  const vertices = new Float32Array(2 * (cells + 1) ** 2);
  for (let row = 0; row <= cells; row++) {
    for (let column = 0; column <= cells; column++) {
      const i = row * (cells + 1) + column;
      const isInner = row > 0 && row < cells && column > 0 && column < cells;
      vertices[2 * i] = 10 * column + (isInner ? 8 * random(i) - 4 : 0);
      vertices[2 * i + 1] = 10 * row + (isInner ? 8 * random(i + 99) - 4 : 0);
    }
  }
  const triangles: number[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const a = row * (cells + 1) + column;
      // Counter-clockwise for the viewer, as the front of the mesh.
      triangles.push(a, a + cells + 1, a + 1, a + 1, a + cells + 1, a + cells + 2);
    }
  }
  const raster = createRaster(openKernels(), Uint16Array.from(triangles), vertices.length / 2, 1);
  raster.vertices.set(vertices);
  raster.find(60, 60);
  const spans = raster.spanData();
  const hits = new Uint8Array(60 * 60);
  for (let s = 0; s < spans.length; s += 4) {
    for (let x = spans[s + 2]!; x < spans[s + 3]!; x++) hits[60 * spans[s + 1]! + x]!++;
  }
  expect(new Set(hits)).toEqual(new Set([1]));
});

test("a map gives what is known at the corners, and between them what lies between", () => {
  const raster = createRaster(openKernels(), Uint16Array.of(0, 1, 2), 3, 2);
  raster.vertices.set([0, 0, 0, 10, 10, 0]);
  raster.values.set([1, 5, 3, 5, 1, 9]);
  raster.find(16, 16);
  const [origin, perColumn, perRow, ofSecond] = raster.mapData();
  expect([origin, perColumn, perRow, ofSecond].map((value) => value!.toFixed(3))).toEqual([
    "1.000",
    "0.000",
    "0.200",
    "5.000",
  ]);
});
