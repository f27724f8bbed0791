import type { AffineMaps } from "./affine-maps.js";
import type { SpanList } from "./spans.js";

/**
 * Draws one plane through the mesh, bilinear.
 * @param maps channels 0 and 1 are the source column and row, which must lie inside the source for every pixel drawn.
 * @param target plane of `targetWidth` columns; only covered pixels are written.
 */
export function warpPlane(
  spans: SpanList,
  maps: AffineMaps,
  source: Float32Array,
  sourceWidth: number,
  target: Float32Array,
  targetWidth: number,
): void {
  const { data, count } = spans;
  const m = maps.data;
  const stride = maps.channels; // 3 numbers a channel, and span data holds 3 times the triangle number
  for (let s = 0; s < 4 * count; s += 4) {
    const k = data[s]! * stride;
    const row = data[s + 1]!;
    const from = data[s + 2]!;
    const columnStepX = m[k + 1]!;
    const columnStepY = m[k + 4]!;
    let x = m[k]! + m[k + 2]! * row + columnStepX * from;
    let y = m[k + 3]! + m[k + 5]! * row + columnStepY * from;
    const end = row * targetWidth + data[s + 3]!;
    for (let o = row * targetWidth + from; o < end; o++) {
      const xi = x | 0;
      const yi = y | 0;
      const fx = x - xi;
      const p = yi * sourceWidth + xi;
      const upper = source[p]! + (source[p + 1]! - source[p]!) * fx;
      const q = p + sourceWidth;
      const lower = source[q]! + (source[q + 1]! - source[q]!) * fx;
      target[o] = upper + (lower - upper) * (y - yi);
      x += columnStepX;
      y += columnStepY;
    }
  }
}

/** What `warpColour` writes, planes of the half-size raster. */
export interface ColourPlanes {
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
  /** Opacity: cover of the texture times how squarely photo and video show this place. */
  readonly opacity: Float32Array;
}

/**
 * Draws colour and opacity at half size.
 * @param maps channels: source column, source row, facing.
 * @param source three values a pixel: blue difference, red difference, cover.
 */
export function warpColour(
  spans: SpanList,
  maps: AffineMaps,
  source: Float32Array,
  sourceWidth: number,
  target: ColourPlanes,
  targetWidth: number,
): void {
  const { data, count } = spans;
  const m = maps.data;
  const { blueDifference, redDifference, opacity } = target;
  const rowStride = 3 * sourceWidth;
  for (let s = 0; s < 4 * count; s += 4) {
    const k = data[s]! * 3;
    const row = data[s + 1]!;
    const from = data[s + 2]!;
    const stepX = m[k + 1]!;
    const stepY = m[k + 4]!;
    const stepFacing = m[k + 7]!;
    let x = m[k]! + m[k + 2]! * row + stepX * from;
    let y = m[k + 3]! + m[k + 5]! * row + stepY * from;
    let facing = m[k + 6]! + m[k + 8]! * row + stepFacing * from;
    const end = row * targetWidth + data[s + 3]!;
    for (let o = row * targetWidth + from; o < end; o++) {
      const xi = x | 0;
      const yi = y | 0;
      const fx = x - xi;
      const fy = y - yi;
      const k11 = fx * fy;
      const k10 = fx - k11;
      const k01 = fy - k11;
      const k00 = 1 - fx - k01;
      const p = yi * rowStride + 3 * xi;
      const q = p + rowStride;
      blueDifference[o] = source[p]! * k00 + source[p + 3]! * k10 + source[q]! * k01 + source[q + 3]! * k11;
      redDifference[o] = source[p + 1]! * k00 + source[p + 4]! * k10 + source[q + 1]! * k01 + source[q + 4]! * k11;
      const cover = source[p + 2]! * k00 + source[p + 5]! * k10 + source[q + 2]! * k01 + source[q + 5]! * k11;
      opacity[o] = cover * facing;
      x += stepX;
      y += stepY;
      facing += stepFacing;
    }
  }
}
