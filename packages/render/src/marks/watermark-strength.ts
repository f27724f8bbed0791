import type { PlanarFrame } from "#model/image.js";
import { cellCount, type CellAxis } from "./watermark-layout.js";

/** Follows how much of the mark each cell can hide; about 0.2 ms a look, whatever the picture's size. */
export interface StrengthMeter {
  /** Peak of each cell's patch in luma levels, 0.7-3; the same array each time. */
  readonly peaks: Float32Array;
  /** Looks at a frame that is not marked yet. */
  look(frame: PlanarFrame): void;
}

/** Luma levels of a patch on a plain, well lit wall, and in the busiest cell. */
const [plainPeak, busiestPeak] = [1.2, 3];

/** Mean step of luma over an eighth of a cell that hides two levels more. */
const stepPerTwoLevels = 4;

/** Share of the new look in what is kept: the strength must not jump with the noise. */
const newShare = 0.3;

/** Starts a meter. */
export function createStrengthMeter(across: CellAxis, down: CellAxis): StrengthMeter {
  const peaks = new Float32Array(cellCount);
  const columns = across.starts.length - 1;
  const rows = down.starts.length - 1;
  return {
    peaks,
    look(frame) {
      for (let row = 0, cell = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, cell++) {
          const peak = peakOf(frame, across, down, column, row);
          const before = peaks[cell]!;
          peaks[cell] = before === 0 ? peak : before + (peak - before) * newShare;
        }
      }
    },
  };
}

function peakOf(frame: PlanarFrame, across: CellAxis, down: CellAxis, column: number, row: number): number {
  const { y: luma, lumaStride } = frame;
  const left = across.starts[column]!;
  const right = across.starts[column + 1]!;
  const top = down.starts[row]!;
  const bottom = down.starts[row + 1]!;
  const stepX = Math.max(1, (right - left) >> 3);
  const stepY = Math.max(1, (bottom - top) >> 3);
  let sum = 0;
  let steps = 0;
  let count = 0;
  for (let y = top; y < bottom - stepY; y += stepY) {
    for (let x = left; x < right - stepX; x += stepX) {
      const at = y * lumaStride + x;
      const value = luma[at]!;
      sum += value;
      steps += Math.abs(value - luma[at + stepX]!) + Math.abs(value - luma[at + stepY * lumaStride]!);
      count++;
    }
  }
  if (count === 0) return plainPeak;
  const busy = plainPeak + steps / count / stepPerTwoLevels;
  return Math.min(busiestPeak, busy) * lightShare(sum / count);
}

/** One level shows more on black than on grey: 0.6 up to luma 20, 1 from 70. */
function lightShare(luma: number): number {
  return Math.min(1, Math.max(0.6, 0.6 + (luma - 20) * 0.008));
}
