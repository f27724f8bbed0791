import { expect, it } from "vitest";
import { openKernels } from "./open-kernels.js";

it("gives each owner a memory of its own, which keeps its values while it grows", () => {
  const [one, other] = [openKernels(), openKernels()];
  const [first, second] = [one.reserve(12), other.reserve(12)];
  one.floats(first, 3).set([3, 0, 0]);
  other.floats(second, 3).set([9, 9, 9]);
  const far = one.reserve(10_000_000);
  expect(far % 16).toBe(0);
  one.run.boxBlur(first, far, 3, 1, 1);
  expect([...one.floats(first, 3)]).toEqual([2, 1, 0]);
  expect([...other.floats(second, 3)]).toEqual([9, 9, 9]);
});
