import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { FaceWeights } from "./face-weights.js";

/** The grain of one row of the box, one value a pixel, in luma steps; valid until the next call. Rows are asked for in order. */
export type GrainReader = (row: number) => Float32Array;

/** Larger differences are edges of the person's own face, not grain. */
const grainLimit = 8;

let grains = new Float32Array(0);
let here = new Uint8Array(0);
let above = new Uint8Array(0);

/**
 * The video's own grain, to be laid over a smoother photo: what sets a pixel apart from its four neighbours on plain skin.
 * It moves, sparkles and is compressed as the video's is, because it is the video's.
 * @param share how much of it, 0-1.
 */
export function readGrain(frame: PlanarFrame, box: PixelBox, weights: FaceWeights, share: number): GrainReader {
  const { y: luma, lumaStride } = frame;
  const width = box.right - box.left;
  const quarterWidth = width >> 2;
  const { ownPlainness } = weights;
  if (grains.length < width) {
    grains = new Float32Array(width + 64);
    here = new Uint8Array(width + 64);
    above = new Uint8Array(width + 64);
  }
  const lastRow = box.bottom - box.top - 1;
  return (row) => {
    const start = (box.top + row) * lumaStride + box.left;
    // The row above is read from a copy: it holds the drawn face already.
    const upper = here;
    here = above;
    above = upper;
    for (let x = 0; x < width; x++) here[x] = luma[start + x]!;
    grains.fill(0, 0, width);
    if (row === 0 || row === lastRow) return grains;
    const plains = (row >> 2) * quarterWidth;
    for (let q = 0; q < quarterWidth; q++) {
      const plain = ownPlainness[plains + q]!;
      if (plain < 0.5) continue;
      const from = q === 0 ? 1 : 4 * q;
      const end = q === quarterWidth - 1 ? width - 1 : 4 * q + 4;
      grainsOf(from, end, here, upper, luma, start + lumaStride, 0.25 * plain * share);
    }
    return grains;
  };
}

/** Sums of four differences are compared. */
const [leastSum, mostSum] = [-4 * grainLimit, 4 * grainLimit];

function grainsOf(
  from: number,
  end: number,
  middle: Uint8Array,
  upper: Uint8Array,
  luma: Uint8Array,
  below: number,
  strength: number,
): void {
  for (let x = from; x < end; x++) {
    const sum = 4 * middle[x]! - middle[x - 1]! - middle[x + 1]! - upper[x]! - luma[below + x]!;
    grains[x] = (sum > mostSum ? mostSum : sum < leastSum ? leastSum : sum) * strength;
  }
}
