import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { ColourPlanes } from "./warp.js";
import type { FaceWeights } from "./face-weights.js";

/** How much finest structure (pores, grain) skin shows: mean absolute difference of a pixel and its four neighbours, in luma steps. */
export interface Fineness {
  readonly drawn: number;
  readonly filmed: number;
}

/** Differences beyond this are edges, not skin. */
const edge = 12;

/** Measures both on the plain skin they share, at one pixel of sixteen. @param luma drawn luma, `box` size. */
export function measureFineness(
  frame: PlanarFrame,
  box: PixelBox,
  luma: Float32Array,
  colour: ColourPlanes,
  weights: FaceWeights,
): Fineness | undefined {
  const width = box.right - box.left;
  const quarterWidth = width >> 2;
  const { y, lumaStride } = frame;
  let [drawn, filmed, count] = [0, 0, 0];
  for (let row = 1; row < ((box.bottom - box.top) >> 2) - 1; row++) {
    for (let column = 1; column < quarterWidth - 1; column++) {
      const o = row * quarterWidth + column;
      if (weights.plainness[o]! < 0.95 || weights.ownPlainness[o]! < 0.95 || weights.innerness[o]! < 0.3) continue;
      if (colour.opacity[2 * row * (width >> 1) + 2 * column]! < 0.9) continue;
      const p = (4 * row + 1) * width + 4 * column + 1;
      const q = (box.top + 4 * row + 1) * lumaStride + box.left + 4 * column + 1;
      const ofDrawn = Math.abs(4 * luma[p]! - luma[p - 1]! - luma[p + 1]! - luma[p - width]! - luma[p + width]!);
      const ofFilmed = Math.abs(4 * y[q]! - y[q - 1]! - y[q + 1]! - y[q - lumaStride]! - y[q + lumaStride]!);
      drawn += ofDrawn < 4 * edge ? ofDrawn : 4 * edge;
      filmed += ofFilmed < 4 * edge ? ofFilmed : 4 * edge;
      count++;
    }
  }
  return count < 24 ? undefined : { drawn: drawn / count / 4, filmed: filmed / count / 4 };
}
