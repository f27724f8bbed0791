import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { LightMatch } from "./light-match.js";
import type { ColourPlanes } from "./warp.js";

/** Everything that is laid over the frame, in planes of the box (luma) and of half its size (the rest). */
export interface CompositePlanes extends ColourPlanes {
  luma: Float32Array;
  /** The person's own luma of eyes, lids and mouth, and its share of the result, 0-1. */
  keptLuma: Float32Array;
  keptShare: Float32Array;
  blueDifference: Float32Array;
  redDifference: Float32Array;
  opacity: Float32Array;
  plainness: Float32Array;
  innerness: Float32Array;
  foldedness: Float32Array;
  /** The person's own chroma as stored (0-255), and its share. */
  keptBlue: Float32Array;
  keptRed: Float32Array;
  keptHalfShare: Float32Array;
}

let gainRow = new Float32Array(0);
let opacityRow = new Float32Array(0);

/** Lays the drawn face over the frame in place. Nothing outside `box`, and nothing where opacity is 0, is written. */
export function composite(frame: PlanarFrame, box: PixelBox, planes: CompositePlanes, light: LightMatch): void {
  compositeLuma(frame, box, planes, light);
  compositeChroma(frame, box, planes, light);
}

function compositeLuma(frame: PlanarFrame, box: PixelBox, planes: CompositePlanes, light: LightMatch): void {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const halfWidth = width >> 1;
  const halfHeight = height >> 1;
  if (gainRow.length < light.width) gainRow = new Float32Array(light.width + 64);
  if (opacityRow.length < halfWidth) opacityRow = new Float32Array(halfWidth + 64);
  const [black, white] = frame.isFullRange ? [0, 255] : [16, 235];
  const pedestal = black - 6;
  const { luma, keptLuma, keptShare, opacity } = planes;
  for (let y = 0; y < height; y++) {
    if (!blendRows(opacity, halfWidth, halfHeight, (y - 0.5) / 2, opacityRow)) continue;
    blendRows(light.gain, light.width, light.height, (y - 1.5) / 4, gainRow);
    const row = y * width;
    const target = (box.top + y) * frame.lumaStride + box.left;
    for (let x = 0; x < width; x++) {
      const hx = x < 1 ? 0 : (x - 1) >> 1;
      const hNext = hx + 1 < halfWidth ? hx + 1 : hx;
      const hShare = x & 1 ? 0.25 : x === 0 ? 0 : 0.75;
      const alpha = opacityRow[hx]! + (opacityRow[hNext]! - opacityRow[hx]!) * hShare;
      if (alpha <= 0.004) continue;
      const qx = x < 2 ? 0 : (x - 1.5) * 0.25;
      const qi = qx | 0;
      const qNext = qi + 1 < light.width ? qi + 1 : qi;
      const gain = gainRow[qi]! + (gainRow[qNext]! - gainRow[qi]!) * (qx - qi);
      const o = row + x;
      let value = (luma[o]! - pedestal) * gain + pedestal;
      const share = keptShare[o]!;
      if (share > 0) value += (keptLuma[o]! - value) * share;
      const before = frame.y[target + x]!;
      value = before + (value - before) * alpha;
      frame.y[target + x] = value < black ? black : value > white ? white : value + 0.5;
    }
  }
}

function compositeChroma(frame: PlanarFrame, box: PixelBox, planes: CompositePlanes, light: LightMatch): void {
  const width = (box.right - box.left) >> 1;
  const height = (box.bottom - box.top) >> 1;
  const [low, high] = frame.isFullRange ? [0, 255] : [16, 240];
  const { blueDifference, redDifference, opacity, keptBlue, keptRed, keptHalfShare } = planes;
  const { blueShift, redShift } = light;
  for (let y = 0; y < height; y++) {
    const qy = y < 1 ? 0 : (y - 0.5) * 0.5;
    const yi = qy | 0;
    const fy = yi + 1 < light.height ? qy - yi : 0;
    const target = ((box.top >> 1) + y) * frame.chromaStride + (box.left >> 1);
    for (let x = 0; x < width; x++) {
      const o = y * width + x;
      const alpha = opacity[o]!;
      if (alpha <= 0.004) continue;
      const qx = x < 1 ? 0 : (x - 0.5) * 0.5;
      const xi = qx | 0;
      const fx = xi + 1 < light.width ? qx - xi : 0;
      const p = yi * light.width + xi;
      const pRight = fx > 0 ? p + 1 : p;
      const down = fy > 0 ? light.width : 0;
      const k11 = fx * fy;
      const k10 = fx - k11;
      const k01 = fy - k11;
      const k00 = 1 - fx - k01;
      let blue =
        128 +
        blueDifference[o]! +
        blueShift[p]! * k00 +
        blueShift[pRight]! * k10 +
        blueShift[p + down]! * k01 +
        blueShift[pRight + down]! * k11;
      let red =
        128 +
        redDifference[o]! +
        redShift[p]! * k00 +
        redShift[pRight]! * k10 +
        redShift[p + down]! * k01 +
        redShift[pRight + down]! * k11;
      const share = keptHalfShare[o]!;
      if (share > 0) {
        blue += (keptBlue[o]! - blue) * share;
        red += (keptRed[o]! - red) * share;
      }
      const u = frame.u[target + x]!;
      const v = frame.v[target + x]!;
      blue = u + (blue - u) * alpha;
      red = v + (red - v) * alpha;
      frame.u[target + x] = blue < low ? low : blue > high ? high : blue + 0.5;
      frame.v[target + x] = red < low ? low : red > high ? high : red + 0.5;
    }
  }
}

/** Row `y` (fractional) of a plane, linear between its neighbours. Returns whether anything in it is above 0. */
function blendRows(plane: Float32Array, width: number, height: number, y: number, into: Float32Array): boolean {
  const clamped = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const upper = clamped | 0;
  const share = clamped - upper;
  const p = upper * width;
  const q = upper + 1 < height ? p + width : p;
  let largest = 0;
  for (let x = 0; x < width; x++) {
    const value = plane[p + x]! + (plane[q + x]! - plane[p + x]!) * share;
    into[x] = value;
    if (value > largest) largest = value;
  }
  return largest > 0.004;
}
