import { expect, it } from "vitest";
import { openKernels } from "./open-kernels.js";

it("gives each owner a memory of its own, whose arrays outlive its growth", () => {
  const [one, other] = [openKernels(), openKernels()];
  const [first, second] = [one.floats(9), other.floats(9)];
  first[4] = 9;
  second.fill(7);
  const scratch = one.floats(10_000_000);
  expect(scratch.byteOffset % 16).toBe(0);
  one.run.boxBlur(first.byteOffset, 3, 3, 1, scratch.byteOffset);
  // Each place sees the one in the middle once in either pass.
  for (const value of first) expect(value).toBeCloseTo(1, 5);
  expect([...second]).toEqual(Array.from({ length: 9 }, () => 7));
});
