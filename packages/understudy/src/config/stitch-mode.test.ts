import { expect, test } from "vitest";
import { stitchModeOf } from "./stitch-mode.js";

test("what nobody set is smart for a file and uniform for a link; what somebody set holds for both", () => {
  expect(stitchModeOf({ stitch: "auto" }, "file")).toBe("smart");
  expect(stitchModeOf({ stitch: "auto" }, "link")).toBe("uniform");
  expect(stitchModeOf({ stitch: "smart" }, "link")).toBe("smart");
  expect(stitchModeOf({ stitch: "uniform" }, "file")).toBe("uniform");
});
