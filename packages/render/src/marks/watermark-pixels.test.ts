import { describe, expect, it } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { openPixels, stepRun } from "./watermark-pixels.js";

/** One line of pixels that starts `offset` bytes into its memory. */
function lineAt(offset: number, luma: readonly number[], isFullRange: boolean): PlanarFrame {
  const y = new Uint8Array(new ArrayBuffer(offset + luma.length), offset);
  y.set(luma);
  const none = new Uint8Array(0);
  return {
    widthPixels: luma.length,
    heightPixels: 1,
    y,
    u: none,
    v: none,
    lumaStride: luma.length,
    chromaStride: 0,
    isFullRange,
    matrix: "bt601",
  };
}

/** Every value once, dark beside bright. */
const luma = Array.from({ length: 256 }, (_, at) => (at * 97) & 255);

/** First and last pixel; the fourth is empty. */
const runs = [
  [0, 255],
  [3, 250],
  [6, 6],
  [10, 9],
  [9, 10],
  [252, 254],
] as const;

describe.each([
  ["limited", 16, 235],
  ["full", 0, 255],
] as const)("a step in %s range", (range, black, white) => {
  it.each([0, 1, 2, 3])("changes the legal pixels of its run by one, %i bytes into a word of memory", (offset) => {
    for (const [first, last] of runs) {
      for (const isRaised of [true, false]) {
        const frame = lineAt(offset, luma, range === "full");
        const pixels = openPixels(frame);
        stepRun(pixels, pixels.start + first, pixels.start + last, isRaised);
        const expected = luma.map((value, at) => {
          if (at < first || at > last || value < black || value > white) return value;
          return isRaised ? Math.min(white, value + 1) : Math.max(black, value - 1);
        });
        expect([...frame.y]).toEqual(expected);
      }
    }
  });
});
