import type { PlanarFrame } from "#model/image.js";

/** The luma of a frame, byte by byte and four pixels at a time. */
export interface LumaPixels {
  /** Starts at most three bytes before the picture, where the memory's words start. */
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  /** Place of the first pixel in `bytes`. */
  readonly start: number;
  /** Legal range of luma. */
  readonly black: number;
  readonly white: number;
}

/** Opens a frame's luma for `addPatches()`. */
export function openPixels({ y: luma, isFullRange }: PlanarFrame): LumaPixels {
  const start = luma.byteOffset & 3;
  const from = luma.byteOffset - start;
  const byteLength = start + luma.length;
  return {
    bytes: new Uint8Array(luma.buffer, from, byteLength),
    words: new Int32Array(luma.buffer, from, byteLength >> 2),
    start,
    black: isFullRange ? 0 : 16,
    white: isFullRange ? 255 : 235,
  };
}

/** Most levels that one value may change by. */
export const maxStep = 3;

/** Heights of a patch that are told apart: sixteenths of a luma level. */
export const heightSteps = 16;

/** What one row of pixels gets from the patches of its cells, ready to be added to words of four pixels. */
export interface PatchRow {
  /** For each cell of the row: its first word, counted from the word that holds the row's first pixel. */
  readonly firstWords: Int32Array;
  /** Words of each cell; neighbours may share one, in different bytes. */
  readonly wordCounts: Int32Array;
  /** Where the words for height 0 of each cell begin in `steps`; those for the next height lie `wordCounts` further. */
  readonly starts: Int32Array;
  /**
   * Each the sum of four pixels' changes, of at most `maxStep` levels, times 1, 256, 256^2 and 256^3: lower addresses are
   * the lower bytes.
   */
  readonly steps: Int32Array;
}

/**
 * Adds its patches to one row of pixels, which begins in word `firstWord`. A pixel stops at the end of the legal range; one
 * that lies outside stays what it is.
 * @param heights of the row's cells in luma levels, from number `from` on; times `weight` at most `maxStep` either way.
 */
export function addPatches(
  pixels: LumaPixels,
  firstWord: number,
  { firstWords, wordCounts, starts, steps }: PatchRow,
  heights: Float32Array,
  from: number,
  weight: number,
): void {
  const { words } = pixels;
  const stepsPerLevel = heightSteps * weight;
  for (let cell = 0; cell < firstWords.length; cell++) {
    const height = heights[from + cell]! * stepsPerLevel;
    const size = (Math.abs(height) + 0.5) | 0;
    // Less than half a level rounds to nothing.
    if (size < heightSteps / 2) continue;
    const flip = height < 0 ? -1 : 0;
    const count = wordCounts[cell]!;
    const first = firstWord + firstWords[cell]!;
    const start = starts[cell]! + size * count;
    for (let i = 0; i < count; i++) {
      const step = (steps[start + i]! ^ flip) - flip;
      // Past the last full word this is `undefined`, which counts as black: byte by byte.
      const word = words[first + i]! | 0;
      // No byte leaves its range, therefore what one borrows from the next is given back.
      if (isMidTone(word)) words[first + i] = word + step;
      else stepBytes(pixels, 4 * (first + i), step);
    }
  }
}

/** Whether all four bytes are 20-231, far enough from black and white: half of each neither reaches 116 nor stays below 10. */
function isMidTone(word: number): boolean {
  const halves = (word >>> 1) & 0x7f7f7f7f;
  return (((halves + 0x0c0c0c0c) | ~(halves + 0x76767676)) & 0x80808080) === 0;
}

function stepBytes({ bytes, black, white }: LumaPixels, first: number, steps: number): void {
  let rest = steps;
  for (let at = first; rest !== 0; at++) {
    const step = (rest << 24) >> 24;
    rest = (rest - step) >> 8;
    const before = bytes[at]!;
    if (before >= black && before <= white) bytes[at] = Math.min(white, Math.max(black, before + step));
  }
}
