import type { PixelBox, PlanarFrame } from "#model/image.js";

/** Largest absolute difference of any luma or chroma value outside a box; both frames have the same layout. */
export function maxBackgroundChange(before: PlanarFrame, after: PlanarFrame, box: PixelBox): number {
  const { widthPixels: width, heightPixels: height } = after;
  const chromaWidth = (width + 1) >> 1;
  const chromaHeight = (height + 1) >> 1;
  // A chroma value belongs to the box when any of its four pixels does.
  const half = { left: box.left >> 1, top: box.top >> 1, right: (box.right + 1) >> 1, bottom: (box.bottom + 1) >> 1 };
  return Math.max(
    planeChange(before.y, after.y, after.lumaStride, width, height, box),
    planeChange(before.u, after.u, after.chromaStride, chromaWidth, chromaHeight, half),
    planeChange(before.v, after.v, after.chromaStride, chromaWidth, chromaHeight, half),
  );
}

function planeChange(
  before: Uint8Array,
  after: Uint8Array,
  stride: number,
  width: number,
  height: number,
  box: PixelBox,
): number {
  const [left, right] = [bytesOf(before), bytesOf(after)];
  let largest = 0;
  const compare = (row: number, from: number, to: number): void => {
    const start = row * stride + from;
    const end = row * stride + to;
    // Equal bytes, the usual case, are told ten times as fast as differences are found.
    if (left.compare(right, start, end, start, end) === 0) return;
    for (let at = start; at < end; at++) largest = Math.max(largest, Math.abs(before[at]! - after[at]!));
  };
  for (let row = 0; row < height; row++) {
    if (row < box.top || row >= box.bottom) compare(row, 0, width);
    else {
      compare(row, 0, box.left);
      compare(row, box.right, width);
    }
  }
  return largest;
}

function bytesOf(plane: Uint8Array): Buffer {
  return Buffer.from(plane.buffer, plane.byteOffset, plane.length);
}
