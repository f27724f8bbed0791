import { describe, expect, test } from "vitest";
import { fillSmoothly } from "./smooth-fill.js";

const side = 37;
const ramp = Float32Array.from({ length: side * side }, (_, o) => (o % side) + 10);

/** 1 everywhere but in a square hole. */
const withHole = (from: number, to: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, o) => {
    const [x, y] = [o % side, Math.floor(o / side)];
    return x >= from && x < to && y >= from && y < to ? 0 : 1;
  });

describe("filling a plane from its surroundings", () => {
  test("leaves what has full weight as it is", () => {
    const plane = ramp.slice();
    fillSmoothly(plane, new Float32Array(side * side).fill(1), side);
    expect(plane).toEqual(ramp);
  });

  test("continues a slope through a hole and does not look at what was there", () => {
    const weights = withHole(12, 24);
    const plane = ramp.map((value, o) => (weights[o] === 0 ? 1e6 : value));
    fillSmoothly(plane, weights, side);
    const worst = Math.max(...plane.map((value, o) => Math.abs(value - ramp[o]!)));
    expect(worst).toBeLessThan(4);
  });

  test("gives a finite value to everything when only one pixel is known", () => {
    const weights = new Float32Array(side * side);
    weights[5] = 1;
    const plane = new Float32Array(side * side).fill(1e30);
    plane[5] = 7;
    fillSmoothly(plane, weights, side);
    expect(plane.every((value) => Math.abs(value - 7) < 1e-3)).toBe(true);
  });
});
