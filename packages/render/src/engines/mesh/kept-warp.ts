import type { PlanarFrame } from "#model/image.js";
import type { AffineMaps } from "./affine-maps.js";
import type { CompositePlanes } from "./composite.js";
import { leastKeptShare } from "./kept-parts.js";
import type { SpanList } from "./spans.js";

/** Shares are steepened to an edge that is soft and narrow. */
const steepFrom = leastKeptShare;
const steepSlope = 1 / (0.9 - steepFrom);

/** Draws the person's own luma through the kept triangles. Maps: source column, source row, share. */
export function warpKeptLuma(
  spans: SpanList,
  maps: AffineMaps,
  frame: PlanarFrame,
  planes: CompositePlanes,
  targetWidth: number,
): void {
  const { data, count } = spans;
  const m = maps.data;
  const { y: source, lumaStride, widthPixels, heightPixels } = frame;
  const lastX = widthPixels - 1.001;
  const lastY = heightPixels - 1.001;
  const { keptLuma, keptShare } = planes;
  for (let s = 0; s < 4 * count; s += 4) {
    const k = data[s]! * 3;
    const row = data[s + 1]!;
    for (let column = data[s + 2]!; column < data[s + 3]!; column++) {
      const share = (m[k + 6]! + m[k + 7]! * column + m[k + 8]! * row - steepFrom) * steepSlope;
      if (share <= 0) continue;
      let x = m[k]! + m[k + 1]! * column + m[k + 2]! * row;
      let y = m[k + 3]! + m[k + 4]! * column + m[k + 5]! * row;
      x = x < 0 ? 0 : x > lastX ? lastX : x;
      y = y < 0 ? 0 : y > lastY ? lastY : y;
      const xi = x | 0;
      const p = (y | 0) * lumaStride + xi;
      const fx = x - xi;
      const upper = source[p]! + (source[p + 1]! - source[p]!) * fx;
      const lower = source[p + lumaStride]! + (source[p + lumaStride + 1]! - source[p + lumaStride]!) * fx;
      const o = row * targetWidth + column;
      keptLuma[o] = upper + (lower - upper) * (y - (y | 0));
      keptShare[o] = share > 1 ? 1 : share;
    }
  }
}

/** The same for chroma, at half size; the source place is in full pixels as for luma. */
export function warpKeptChroma(
  spans: SpanList,
  maps: AffineMaps,
  frame: PlanarFrame,
  planes: CompositePlanes,
  targetWidth: number,
): void {
  const { data, count } = spans;
  const m = maps.data;
  const { u, v, chromaStride } = frame;
  const lastX = ((frame.widthPixels + 1) >> 1) - 1.001;
  const lastY = ((frame.heightPixels + 1) >> 1) - 1.001;
  const { keptBlue, keptRed, keptHalfShare } = planes;
  for (let s = 0; s < 4 * count; s += 4) {
    const k = data[s]! * 3;
    const row = data[s + 1]!;
    for (let column = data[s + 2]!; column < data[s + 3]!; column++) {
      const share = (m[k + 6]! + m[k + 7]! * column + m[k + 8]! * row - steepFrom) * steepSlope;
      if (share <= 0) continue;
      let x = (m[k]! + m[k + 1]! * column + m[k + 2]! * row - 0.5) / 2;
      let y = (m[k + 3]! + m[k + 4]! * column + m[k + 5]! * row - 0.5) / 2;
      x = x < 0 ? 0 : x > lastX ? lastX : x;
      y = y < 0 ? 0 : y > lastY ? lastY : y;
      const xi = x | 0;
      const yi = y | 0;
      const fx = x - xi;
      const fy = y - yi;
      const p = yi * chromaStride + xi;
      const q = p + chromaStride;
      const o = row * targetWidth + column;
      keptBlue[o] = (u[p]! * (1 - fx) + u[p + 1]! * fx) * (1 - fy) + (u[q]! * (1 - fx) + u[q + 1]! * fx) * fy;
      keptRed[o] = (v[p]! * (1 - fx) + v[p + 1]! * fx) * (1 - fy) + (v[q]! * (1 - fx) + v[q + 1]! * fx) * fy;
      keptHalfShare[o] = share > 1 ? 1 : share;
    }
  }
}
