import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { LightMatch } from "./light-match.js";
import type { ColourPlanes } from "./warp.js";
import type { GrainReader } from "./grain.js";

/** Everything that is laid over the frame, in planes of the box (luma) and of half its size (the rest). */
export interface CompositePlanes extends ColourPlanes {
  luma: Float32Array;
  /** The person's own luma of eyes, lids and mouth, and its share of the result, 0-1. */
  keptLuma: Float32Array;
  keptShare: Float32Array;
  blueDifference: Float32Array;
  redDifference: Float32Array;
  opacity: Float32Array;
  /** The person's own chroma as stored (0-255), and its share. */
  keptBlue: Float32Array;
  keptRed: Float32Array;
  keptHalfShare: Float32Array;
}

/** Opacity below this changes nothing that could be seen. */
const leastOpacity = 0.004;

/** Rows in work, grown to the widest box. */
let gainRow = new Float32Array(0);
let redRow = new Float32Array(0);
let opacityRow = new Float32Array(0);
let noGrain = new Float32Array(0);

/**
 * Lays the drawn face over the frame in place. Nothing outside `box`, and nothing where opacity is 0, is written.
 * @param grain gives the grain of a row of the box before that row is written, top to bottom; undefined for none.
 */
export function composite(
  frame: PlanarFrame,
  box: PixelBox,
  planes: CompositePlanes,
  light: LightMatch,
  grain: GrainReader | undefined,
): void {
  const width = box.right - box.left;
  if (noGrain.length < width) {
    noGrain = new Float32Array(width + 64);
    opacityRow = new Float32Array(width / 2 + 64);
    gainRow = new Float32Array(width / 4 + 64);
    redRow = new Float32Array(width / 4 + 64);
  }
  compositeLuma(frame, box, planes, light, grain);
  compositeChroma(frame, box, planes, light);
}

/** Four pixels at a time, those between the middles of two places of the light planes: rows have a place more on each side. */
function compositeLuma(
  frame: PlanarFrame,
  box: PixelBox,
  planes: CompositePlanes,
  light: LightMatch,
  grain: GrainReader | undefined,
): void {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const black = frame.isFullRange ? 0 : 16;
  const white = frame.isFullRange ? 255 : 235;
  const pedestal = black - 6;
  const { luma, keptLuma, keptShare, opacity } = planes;
  const { y: filmed, lumaStride } = frame;
  const gains = gainRow;
  const opacities = opacityRow;
  for (let y = 0; y < height; y++) {
    const grains = grain?.(y) ?? noGrain;
    if (!blendRows(opacity, width >> 1, height >> 1, (y - 0.5) / 2, opacities, 2)) continue;
    blendRows(light.gain, light.width, light.height, (y - 1.5) / 4, gains, 1);
    const target = (box.top + y) * lumaStride + box.left;
    for (let q = 0; q <= light.width; q++) {
      const h = 2 * q;
      const opacitySum = opacities[h]! + opacities[h + 1]! + opacities[h + 2]! + opacities[h + 3]!;
      if (opacitySum <= leastOpacity) continue;
      const isOpaque = opacitySum > 4 - leastOpacity;
      const gainStep = (gains[q + 1]! - gains[q]!) / 4;
      const end = q === light.width ? 2 : 4;
      let gain = gains[q]! + (q === 0 ? 2.5 : 0.5) * gainStep;
      for (let k = q === 0 ? 2 : 0; k < end; k++, gain += gainStep) {
        const x = 4 * q - 2 + k;
        const o = y * width + x;
        let value = (luma[o]! - pedestal) * gain + pedestal + grains[x]!;
        const share = keptShare[o]!;
        if (share > 0) value += (keptLuma[o]! - value) * share;
        if (!isOpaque) {
          const left = opacities[h + ((k + 1) >> 1)]!;
          const alpha = left + (opacities[h + ((k + 1) >> 1) + 1]! - left) * (k & 1 ? 0.25 : 0.75);
          if (alpha <= leastOpacity) continue;
          const before = filmed[target + x]!;
          value = before + (value - before) * alpha;
        }
        const whole = (value + 0.5) | 0;
        filmed[target + x] = whole < black ? black : whole > white ? white : whole;
      }
    }
  }
}

function compositeChroma(frame: PlanarFrame, box: PixelBox, planes: CompositePlanes, light: LightMatch): void {
  const width = (box.right - box.left) >> 1;
  const height = (box.bottom - box.top) >> 1;
  const low = frame.isFullRange ? 0 : 16;
  const high = frame.isFullRange ? 255 : 240;
  const { blueDifference, redDifference, opacity, keptBlue, keptRed, keptHalfShare } = planes;
  const { u, v } = frame;
  const blues = gainRow;
  const reds = redRow;
  for (let y = 0; y < height; y++) {
    const qy = (y - 0.5) / 2;
    blendRows(light.blueShift, light.width, light.height, qy, blues, 1);
    blendRows(light.redShift, light.width, light.height, qy, reds, 1);
    const target = ((box.top >> 1) + y) * frame.chromaStride + (box.left >> 1);
    for (let x = 0; x < width; x++) {
      const o = y * width + x;
      const alpha = opacity[o]!;
      if (alpha <= leastOpacity) continue;
      const q = (x + 1) >> 1;
      const fx = x & 1 ? 0.25 : 0.75;
      let blue = 128 + blueDifference[o]! + blues[q]! + (blues[q + 1]! - blues[q]!) * fx;
      let red = 128 + redDifference[o]! + reds[q]! + (reds[q + 1]! - reds[q]!) * fx;
      const share = keptHalfShare[o]!;
      if (share > 0) {
        blue += (keptBlue[o]! - blue) * share;
        red += (keptRed[o]! - red) * share;
      }
      const blueBefore = u[target + x]!;
      const redBefore = v[target + x]!;
      blue = blueBefore + (blue - blueBefore) * alpha;
      red = redBefore + (red - redBefore) * alpha;
      u[target + x] = blue < low ? low : blue > high ? high : blue + 0.5;
      v[target + x] = red < low ? low : red > high ? high : red + 0.5;
    }
  }
}

/**
 * Row `y` (fractional) of a plane, linear between its neighbours, with its ends repeated `margin` times.
 * @returns whether anything in it is above 0.
 */
function blendRows(
  plane: Float32Array,
  width: number,
  height: number,
  y: number,
  into: Float32Array,
  margin: number,
): boolean {
  const clamped = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const upper = clamped | 0;
  const share = clamped - upper;
  const p = upper * width;
  const q = upper + 1 < height ? p + width : p;
  let largest = 0;
  for (let x = 0; x < width; x++) {
    const value = plane[p + x]! + (plane[q + x]! - plane[p + x]!) * share;
    into[x + margin] = value;
    if (value > largest) largest = value;
  }
  into.fill(into[margin]!, 0, margin);
  into.fill(into[margin + width - 1]!, margin + width, 2 * margin + width);
  return largest > leastOpacity;
}
