import { expect, test } from "vitest";
import { maxLibrarySeconds, maxReadBytes, maxReadSeconds } from "./limits.js";

test("a small file may not keep its reader as busy as a large one", () => {
  expect(maxReadSeconds(24_000_000)).toBeLessThan(20);
  expect(maxReadSeconds(maxReadBytes)).toBeGreaterThan(100);
  expect(maxReadSeconds(maxReadBytes)).toBeLessThanOrEqual(maxLibrarySeconds);
});
