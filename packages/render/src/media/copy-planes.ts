import type { PlanarFrame } from "#model/image.js";

/** The pixels of a 4:2:0 picture, however they are meant. */
export type Planes = Omit<PlanarFrame, "isFullRange" | "matrix">;

/** Copies as many pixels as `to` has. */
export function copyPlanes(to: Planes, from: Planes): void {
  const { widthPixels, heightPixels } = to;
  const [chromaWidth, chromaHeight] = [(widthPixels + 1) >> 1, (heightPixels + 1) >> 1];
  copyRows(to.y, to.lumaStride, from.y, from.lumaStride, widthPixels, heightPixels);
  copyRows(to.u, to.chromaStride, from.u, from.chromaStride, chromaWidth, chromaHeight);
  copyRows(to.v, to.chromaStride, from.v, from.chromaStride, chromaWidth, chromaHeight);
}

function copyRows(
  to: Uint8Array,
  toStride: number,
  from: Uint8Array,
  fromStride: number,
  width: number,
  height: number,
): void {
  if (toStride === fromStride) {
    to.set(from.subarray(0, (height - 1) * fromStride + width));
    return;
  }
  for (let row = 0; row < height; row++) {
    to.set(from.subarray(row * fromStride, row * fromStride + width), row * toStride);
  }
}
