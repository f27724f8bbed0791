import { describe, expect, test } from "vitest";
import { reachFrom } from "./skin-reach.js";

const side = 21;
const at = (x: number, y: number): number => y * side + x;
const plane = (value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, o) => value(o % side, Math.floor(o / side)));
const fromMiddle = plane((x, y) => (x === 10 && y === 10 ? 1 : 0));

describe("the cheapest way from the middle", () => {
  test("is as long as the distance where every pixel costs the same", () => {
    const cost = reachFrom(
      fromMiddle,
      plane(() => 1),
      side,
    );
    expect(cost[at(10, 10)]).toBe(0);
    expect(cost[at(18, 10)]).toBeCloseTo(8, 5);
    expect(cost[at(14, 14)]).toBeCloseTo(4 * Math.SQRT2, 5);
  });

  test("pays for a wall that surrounds the middle", () => {
    const ring = plane((x, y) => (Math.max(Math.abs(x - 10), Math.abs(y - 10)) === 5 ? 100 : 0.01));
    const cost = reachFrom(fromMiddle, ring, side);
    expect(cost[at(13, 10)]).toBeLessThan(1);
    expect(cost[at(18, 10)]).toBeGreaterThan(99);
  });

  test("goes round a wall that has a way past it, even backwards", () => {
    const wall = plane((x, y) => (x === 13 && y > 1 && y < 19 ? 100 : 0.01));
    expect(reachFrom(fromMiddle, wall, side)[at(15, 10)]).toBeLessThan(1);
  });
});
