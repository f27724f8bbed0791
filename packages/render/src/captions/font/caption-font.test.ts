import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadCaptionFont } from "./caption-font.js";
import { readTrueType } from "./true-type.js";

test("widths are the font's advances in lines of the given height", async () => {
  const font = await loadCaptionFont("Montserrat SemiBold");
  // Of the font's 1000 units an em has, H takes 810 and the space 276; a line has 1109 + 453.
  expect(font.widthOf("H H", 1562)).toBeCloseTo(810 * 2 + 276, 6);
  expect(font.widthOf("H H", 781)).toBeCloseTo((810 * 2 + 276) / 2, 6);
});

test("an accent of its own takes no room, and neither does what is invisible", async () => {
  const font = await loadCaptionFont("Montserrat ExtraBold");
  expect(font.widthOf("e\u0301", 100)).toBe(font.widthOf("e", 100));
  expect(font.widthOf("a\u2060b", 100)).toBe(font.widthOf("ab", 100));
});

test("characters that the font cannot draw are told as readers count them, and have room all the same", async () => {
  const font = await loadCaptionFont("Montserrat ExtraBold");
  expect(font.missingFrom("Žižek, Мир, שלום 👩🏽‍🚀!")).toEqual(["ש", "ל", "ו", "ם", "👩🏽‍🚀"]);
  expect(font.widthOf("שלום", 100)).toBeGreaterThan(0);
});

test("the folder holds the one face that was asked for", async () => {
  const { folder } = await loadCaptionFont("Montserrat ExtraBold");
  const faces = (await readdir(folder)).filter((name) => name.endsWith(".ttf"));
  expect(faces).toEqual(["Montserrat_800ExtraBold.ttf"]);
});

test("what is no font, and a font that is cut off, is refused", async () => {
  const { folder } = await loadCaptionFont("Montserrat ExtraBold");
  const bytes = await readFile(join(folder, "Montserrat_800ExtraBold.ttf"));
  expect(() => readTrueType(new Uint8Array(4))).toThrow(RangeError);
  expect(() => readTrueType(new TextEncoder().encode("no font at all, but long enough"))).toThrow(RangeError);
  expect(() => readTrueType(bytes.subarray(0, 5000))).toThrow(RangeError);
});
