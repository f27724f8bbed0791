import { expect, test } from "vitest";
import { fitCrop, invertCrop, stepOf, type CropMap } from "./crop-map.js";
import { cropTemplates, type FivePoints } from "./five-points.js";

const at = ({ left, top, a, b }: CropMap, i: number, j: number) => [left + a * i - b * j, top + b * i + a * j] as const;

/** The template's points in a picture in which the crop lies as a map says. */
const pointsUnder = (map: CropMap, side: number): FivePoints =>
  Array.from({ length: 5 }, (_, k) => {
    const [u, v] = [cropTemplates.arcface_128[2 * k]!, cropTemplates.arcface_128[2 * k + 1]!];
    return at(map, u * side, v * side);
  }).flat();

test("a face that lies turned, shifted and larger is cut out as the template says, and back", () => {
  const truth: CropMap = { left: 310, top: 42, a: 1.5 * Math.cos(0.7), b: 1.5 * Math.sin(0.7) };
  const map = fitCrop(pointsUnder(truth, 128), "arcface_128", 128);
  for (const key of ["left", "top", "a", "b"] as const) expect(map[key]).toBeCloseTo(truth[key], 6);
  expect(stepOf(map)).toBeCloseTo(1.5, 6);
  const [x, y] = at(map, 30, 90);
  const [i, j] = at(invertCrop(map), x, y);
  expect([i, j]).toEqual([expect.closeTo(30, 6), expect.closeTo(90, 6)]);
});
