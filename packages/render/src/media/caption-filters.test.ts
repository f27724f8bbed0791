import { expect, it } from "vitest";
import { captionFilters } from "./caption-filters.js";
import { filterGraph } from "./filter-graph.js";

const files = { assPath: String.raw`C:\it's\a.ass`, fontsFolder: "/f,[1];x" };

it("keeps colons, apostrophes and backslashes of paths through one level of FFmpeg's quoting, and through two", () => {
  const steps = captionFilters(files, 0);
  expect(steps).toEqual([{ name: "ass", options: String.raw`filename=C\:\\it\'s\\a.ass:fontsdir=/f,[1];x` }]);
  expect(filterGraph(steps)).toBe(String.raw`ass=filename=C\\:\\\\it\\\'s\\\\a.ass:fontsdir=/f\,\[1\]\;x`);
});

it("turns a picture as a player does, and back", () => {
  const turns = ([90, 180, 270] as const).map((rotation) =>
    captionFilters(files, rotation).map(({ name, options }) => (name === "ass" ? name : `${name} ${options ?? ""}`)),
  );
  expect(turns).toEqual([
    ["transpose clock", "ass", "transpose cclock"],
    ["hflip ", "vflip ", "ass", "hflip ", "vflip "],
    ["transpose cclock", "ass", "transpose clock"],
  ]);
});
