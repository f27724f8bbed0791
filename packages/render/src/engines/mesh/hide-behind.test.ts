import { expect, test } from "vitest";
import { hideBehind } from "./hide-behind.js";

test("what is hidden is not drawn, what is seen is, and the edge between them is soft", () => {
  const [width, height] = [12, 8];
  const hidden = Float32Array.from({ length: width * height }, (_, o) => (o % width < 6 ? 255 : 0));
  const opacity = new Float32Array(4 * width * height).fill(0.8);
  hideBehind(hidden, opacity, width, height);
  const row = [...opacity.subarray(8 * 2 * width, 9 * 2 * width)];
  expect(row[2]).toBeCloseTo(0, 5);
  expect(row.at(-3)).toBeCloseTo(0.8, 5);
  const edge = row.filter((value) => value > 0.05 && value < 0.75);
  expect(edge.length).toBeGreaterThanOrEqual(3);
  expect(row).toEqual(row.toSorted((a, b) => a - b));
});
