import { expect, test } from "vitest";
import { assFilterGraph, assFilterOptions } from "./filter-option.js";

test("paths keep their colons, apostrophes and backslashes through one level of FFmpeg's quoting, and through two", () => {
  const files = { assPath: String.raw`C:\it's\a.ass`, fontsFolder: "/f,[1];x" };
  expect(assFilterOptions(files)).toBe(String.raw`filename=C\:\\it\'s\\a.ass:fontsdir=/f,[1];x`);
  expect(assFilterGraph(files)).toBe(String.raw`ass=filename=C\\:\\\\it\\\'s\\\\a.ass:fontsdir=/f\,\[1\]\;x`);
});
