import { unwrapSide } from "#face-mesh/face-uv.js";
import type { AffineMaps } from "./affine-maps.js";
import type { SpanList } from "./spans.js";

/** Draws three values through a mesh, linear in each triangle; only covered pixels are written. */
export function warpLinear(
  { data, count }: SpanList,
  maps: AffineMaps,
  [first, second, third]: readonly [Float32Array, Float32Array, Float32Array],
  targetWidth: number,
): void {
  const m = maps.data;
  for (let s = 0; s < 4 * count; s += 4) {
    const k = data[s]! * 3;
    const row = data[s + 1]!;
    const from = data[s + 2]!;
    let a = m[k]! + m[k + 2]! * row + m[k + 1]! * from;
    let b = m[k + 3]! + m[k + 5]! * row + m[k + 4]! * from;
    let c = m[k + 6]! + m[k + 8]! * row + m[k + 7]! * from;
    const end = row * targetWidth + data[s + 3]!;
    for (let o = row * targetWidth + from; o < end; o++) {
      first[o] = a;
      second[o] = b;
      third[o] = c;
      a += m[k + 1]!;
      b += m[k + 4]!;
      c += m[k + 7]!;
    }
  }
}

/** Value of the unwrapped face between its texels; its edges repeat. */
export function sampleUnwrapped(plane: Uint8Array, column: number, row: number): number {
  const last = unwrapSide - 1.001;
  const x = column < 0 ? 0 : column > last ? last : column;
  const y = row < 0 ? 0 : row > last ? last : row;
  const xi = x | 0;
  const yi = y | 0;
  const p = yi * unwrapSide + xi;
  const upper = plane[p]! + (plane[p + 1]! - plane[p]!) * (x - xi);
  const lower = plane[p + unwrapSide]! + (plane[p + unwrapSide + 1]! - plane[p + unwrapSide]!) * (x - xi);
  return upper + (lower - upper) * (y - yi);
}
