import { expect, test } from "vitest";
import { createSpanList, findSpans } from "./spans.js";

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
  const spans = createSpanList();
  findSpans(vertices, Uint16Array.from(triangles), 60, 60, spans);
  const hits = new Uint8Array(60 * 60);
  for (let s = 0; s < 4 * spans.count; s += 4) {
    for (let x = spans.data[s + 2]!; x < spans.data[s + 3]!; x++) hits[60 * spans.data[s + 1]! + x]!++;
  }
  expect(new Set(hits)).toEqual(new Set([1]));
});
