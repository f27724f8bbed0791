import type { CellAxis } from "./watermark-layout.js";
import { heightSteps, maxStep, type PatchRow } from "./watermark-pixels.js";

/**
 * Draws every cell's sine of every height up to `maxStep` levels, rounded to whole levels: 70 kB for 1280 pixels.
 * @param offset bytes between the start of a word and the row's first pixel, 0-3.
 */
export function drawPatchRow(across: CellAxis, widthPixels: number, offset: number): PatchRow {
  const cells = across.starts.length - 1;
  const halfPixels = widthPixels / cells / 2;
  const ends = Array.from({ length: cells }, (_, cell) => Math.ceil(2 * (cell + 1) * halfPixels));
  const firstWords = Int32Array.from(ends, (_, cell) => (offset + Math.floor(2 * cell * halfPixels)) >> 2);
  const wordCounts = Int32Array.from(ends, (end, cell) => ((offset + end + 3) >> 2) - firstWords[cell]!);
  const heightCount = maxStep * heightSteps + 1;
  let length = 0;
  const starts = wordCounts.map((count) => {
    const start = length;
    length += count * heightCount;
    return start;
  });
  const steps = new Int32Array(length);
  for (let cell = 0; cell < cells; cell++) {
    for (let height = 0; height < heightCount; height++) {
      const from = starts[cell]! + height * wordCounts[cell]!;
      const add = (pixel: number, step: number): void => {
        const at = offset + pixel - 4 * firstWords[cell]!;
        steps[from + (at >> 2)]! += step * 256 ** (at & 3);
      };
      drawSine(2 * cell * halfPixels, halfPixels, height / heightSteps, add);
    }
  }
  return { firstWords, wordCounts, starts, steps };
}

/**
 * Each half of the sine rises and falls again, so it is a run of pixels that change by one level, with a shorter run inside
 * for each further level.
 */
function drawSine(left: number, halfPixels: number, height: number, add: (pixel: number, step: number) => void): void {
  for (let level = 0.5; level <= height; level++) {
    const inset = (Math.asin(level / height) / Math.PI) * halfPixels + 0.5;
    for (const [start, step] of [
      [left, 1],
      [left + halfPixels, -1],
    ] as const) {
      for (let pixel = Math.floor(start + inset); pixel <= Math.floor(start + halfPixels - inset); pixel++) {
        add(pixel, step);
      }
    }
  }
}
