import { describe, expect, it } from "vitest";
import { compareVersions } from "./version.js";

describe("compareVersions", () => {
  it.each([
    ["2.10", "2.9", 1],
    ["1.0", "1.0.0", 0],
    ["2.1.0+cu118", "2.1.0", 0],
    ["0.7.3", "1", -1],
  ])("compares %s with %s", (first, second, sign) => {
    expect(Math.sign(compareVersions(first, second))).toBe(sign);
  });
});
