import { describe, expect, it } from "vitest";
import type { PlanarFrame } from "#model/image.js";
import { addPatches, heightSteps, openPixels, type PatchRow } from "./watermark-pixels.js";

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

/** Every value, dark beside bright; the first 64 in a row are mid-tones. */
const luma = [
  ...Array.from({ length: 64 }, (_, at) => 90 + at),
  ...Array.from({ length: 256 }, (_, at) => (at * 97) & 255),
];

/** Changes of -3 to 3, in an order of their own. */
const changes = luma.map((_, at) => ((at * 5) % 7) - 3);

/** The changes as those of one cell that is one level high, the first of them `offset` bytes into its word. */
function rowOf(offset: number): PatchRow {
  const count = Math.ceil((offset + changes.length) / 4);
  const steps = new Int32Array(count * (heightSteps + 1));
  const start = count * heightSteps;
  for (const [number, change] of changes.entries()) {
    const at = offset + number;
    steps[start + (at >> 2)]! += change * 256 ** (at & 3);
  }
  const [firstWords, wordCounts, starts] = [Int32Array.of(0), Int32Array.of(count), Int32Array.of(0)];
  return { firstWords, wordCounts, starts, steps };
}

describe.each([
  ["limited", 16, 235],
  ["full", 0, 255],
] as const)("patches in %s range", (range, black, white) => {
  it.each([0, 1, 2, 3])("change legal pixels as far as the range goes, %i bytes into a word", (offset) => {
    for (const sign of [1, -1] as const) {
      const frame = lineAt(offset, luma, range === "full");
      const pixels = openPixels(frame);
      addPatches(pixels, 0, rowOf(offset), Float32Array.of(sign), 0, 1);
      const expected = luma.map((value, at) => {
        if (value < black || value > white) return value;
        return Math.min(white, Math.max(black, value + sign * changes[at]!));
      });
      expect([...frame.y]).toEqual(expected);
    }
  });
});
