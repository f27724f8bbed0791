import type { PlanarFrame, RgbImage } from "#model/image.js";

/** A square in a picture that may lie turned: centre in pixels (pixel centres are whole numbers), side, clockwise turn. */
export interface OrientedSquare {
  readonly centerX: number;
  readonly centerY: number;
  readonly sizePixels: number;
  readonly angleRadians: number;
}

/** A picture that a crop can be read from. */
export type Picture = PlanarFrame | RgbImage;

/** Matrix and range of a planar picture as one line of numbers: R = luma + rv*V, G = luma + gu*U + gv*V, B = luma + bu*U. */
export interface YuvToRgb {
  readonly lumaScale: number;
  readonly lumaOffset: number;
  readonly rv: number;
  readonly gu: number;
  readonly gv: number;
  readonly bu: number;
}

/** Factors for one matrix (BT.601 Kr 0.299 Kb 0.114, BT.709 Kr 0.2126 Kb 0.0722) and range. */
export function yuvToRgb(matrix: PlanarFrame["matrix"], isFullRange: boolean): YuvToRgb {
  const [kr, kb] = matrix === "bt601" ? [0.299, 0.114] : [0.2126, 0.0722];
  const kg = 1 - kr - kb;
  const chromaScale = isFullRange ? 1 : 255 / 224;
  const rv = 2 * (1 - kr) * chromaScale;
  const bu = 2 * (1 - kb) * chromaScale;
  return {
    lumaScale: isFullRange ? 1 : 255 / 219,
    lumaOffset: isFullRange ? 0 : 16,
    rv,
    gu: (-kb / kg) * bu,
    gv: (-kr / kg) * rv,
    bu,
  };
}

/**
 * Reads an oriented square out of a picture as sRGB, luma averaged where it is reduced, nearest in chroma, black outside.
 * @param sidePixels width and height of the result.
 * @param scale @param offset applied to each 0-255 value: networks want 0-1 or -1-1.
 * @param into three planes, R, G and B, of `sidePixels` squared values each.
 */
export function readOrientedCrop(
  picture: Picture,
  square: OrientedSquare,
  sidePixels: number,
  scale: number,
  offset: number,
  into: Float32Array,
): void {
  if ("rgb" in picture) readRgb(picture, square, sidePixels, scale, offset, into);
  else readPlanar(picture, square, sidePixels, scale, offset, into);
}

function readRgb(
  image: RgbImage,
  square: OrientedSquare,
  side: number,
  scale: number,
  offset: number,
  into: Float32Array,
): void {
  const { widthPixels: width, heightPixels: height, rgb } = image;
  const step = square.sizePixels / side;
  const stepX = Math.cos(square.angleRadians) * step;
  const stepY = Math.sin(square.angleRadians) * step;
  // Near full size: bilinear. Reduced: the mean of up to 3x3 pixels, or fine texture turns to noise the network never saw.
  const isReduced = step >= 1.5 || width < 2 || height < 2;
  const taps = isReduced ? Math.max(1, Math.min(3, Math.round(step))) : 1;
  const factor = scale / (taps * taps);
  const half = side / 2;
  const area = side * side;
  const [lastX, lastY] = [width - 1, height - 1];
  let o = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++, o++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tapY = 0; tapY < taps; tapY++) {
        const dy = row + (tapY + 0.5) / taps - half;
        for (let tapX = 0; tapX < taps; tapX++) {
          const dx = column + (tapX + 0.5) / taps - half;
          const x = square.centerX + dx * stepX - dy * stepY;
          const y = square.centerY + dx * stepY + dy * stepX;
          if (x < -0.5 || y < -0.5 || x > lastX + 0.5 || y > lastY + 0.5) continue;
          if (isReduced) {
            const p = 3 * (clampIndex(y, lastY) * width + clampIndex(x, lastX));
            red += rgb[p]!;
            green += rgb[p + 1]!;
            blue += rgb[p + 2]!;
            continue;
          }
          const x0 = x < 0 ? 0 : x >= lastX ? lastX - 1 : x | 0;
          const y0 = y < 0 ? 0 : y >= lastY ? lastY - 1 : y | 0;
          const fx = x < 0 ? 0 : x - x0 > 1 ? 1 : x - x0;
          const fy = y < 0 ? 0 : y - y0 > 1 ? 1 : y - y0;
          const p = 3 * (y0 * width + x0);
          const q = p + 3 * width;
          const k00 = (1 - fx) * (1 - fy);
          const k10 = fx * (1 - fy);
          const k01 = (1 - fx) * fy;
          const k11 = fx * fy;
          red += rgb[p]! * k00 + rgb[p + 3]! * k10 + rgb[q]! * k01 + rgb[q + 3]! * k11;
          green += rgb[p + 1]! * k00 + rgb[p + 4]! * k10 + rgb[q + 1]! * k01 + rgb[q + 4]! * k11;
          blue += rgb[p + 2]! * k00 + rgb[p + 5]! * k10 + rgb[q + 2]! * k01 + rgb[q + 5]! * k11;
        }
      }
      into[o] = red * factor + offset;
      into[o + area] = green * factor + offset;
      into[o + 2 * area] = blue * factor + offset;
    }
  }
}

function readPlanar(
  frame: PlanarFrame,
  square: OrientedSquare,
  side: number,
  scale: number,
  offset: number,
  into: Float32Array,
): void {
  const {
    widthPixels: width,
    heightPixels: height,
    y: lumaPlane,
    u: uPlane,
    v: vPlane,
    lumaStride,
    chromaStride,
  } = frame;
  const { lumaScale, lumaOffset, rv, gu, gv, bu } = yuvToRgb(frame.matrix, frame.isFullRange);
  const step = square.sizePixels / side;
  const stepX = Math.cos(square.angleRadians) * step;
  const stepY = Math.sin(square.angleRadians) * step;
  const [fixedStepX, fixedStepY] = [toFixed(stepX), toFixed(stepY)];
  // Near full size: bilinear. Reduced: the mean of four pixels half a step apart, as good and quicker.
  const isReduced = step >= 1.5 || width < 2 || height < 2;
  const quarterX = toFixed((stepX - stepY) / 4);
  const quarterY = toFixed((stepX + stepY) / 4);
  const half = side / 2;
  const area = side * side;
  const [lastX, lastY] = [width - 1, height - 1];
  const [endX, endY] = [lastX * one - 1, lastY * one - 1];
  into.fill(offset);
  for (let row = 0; row < side; row++) {
    const dy = row + 0.5 - half;
    const startX = square.centerX + (0.5 - half) * stepX - dy * stepY;
    const startY = square.centerY + (0.5 - half) * stepY + dy * stepX;
    const [fromX, toX] = columnsInside(startX, stepX, lastX, side);
    const [fromY, toY] = columnsInside(startY, stepY, lastY, side);
    const from = Math.max(fromX, fromY);
    const end = row * side + Math.min(toX, toY);
    let x = toFixed(startX + from * stepX);
    let y = toFixed(startY + from * stepY);
    for (let o = row * side + from; o < end; o++, x += fixedStepX, y += fixedStepY) {
      let luma: number;
      if (isReduced) {
        luma =
          (lumaPlane[nearest(y - quarterY, lastY) * lumaStride + nearest(x - quarterX, lastX)]! +
            lumaPlane[nearest(y - quarterX, lastY) * lumaStride + nearest(x + quarterY, lastX)]! +
            lumaPlane[nearest(y + quarterX, lastY) * lumaStride + nearest(x - quarterY, lastX)]! +
            lumaPlane[nearest(y + quarterY, lastY) * lumaStride + nearest(x + quarterX, lastX)]!) *
          0.25;
      } else {
        const insideX = x < 0 ? 0 : x > endX ? endX : x;
        const insideY = y < 0 ? 0 : y > endY ? endY : y;
        const p = (insideY >> fractionBits) * lumaStride + (insideX >> fractionBits);
        const q = p + lumaStride;
        const fx = (insideX & (one - 1)) / one;
        const fy = (insideY & (one - 1)) / one;
        const upper = lumaPlane[p]! + (lumaPlane[p + 1]! - lumaPlane[p]!) * fx;
        luma = upper + (lumaPlane[q]! + (lumaPlane[q + 1]! - lumaPlane[q]!) * fx - upper) * fy;
      }
      const c = (nearest(y, lastY) >> 1) * chromaStride + (nearest(x, lastX) >> 1);
      const u = uPlane[c]! - 128;
      const v = vPlane[c]! - 128;
      const bright = (luma - lumaOffset) * lumaScale;
      const red = bright + rv * v;
      const green = bright + gu * u + gv * v;
      const blue = bright + bu * u;
      into[o] = (red < 0 ? 0 : red > 255 ? 255 : red) * scale + offset;
      into[o + area] = (green < 0 ? 0 : green > 255 ? 255 : green) * scale + offset;
      into[o + 2 * area] = (blue < 0 ? 0 : blue > 255 ? 255 : blue) * scale + offset;
    }
  }
}

/** Positions as whole numbers of 1/65536 pixel: picture sides up to 16,384 fit. */
const fractionBits = 16;
const one = 1 << fractionBits;
const toFixed = (pixels: number): number => Math.round(pixels * one) | 0;

/** The columns, first and one after the last, whose `start + column * step` lies inside a picture; empty when none does. */
function columnsInside(start: number, step: number, last: number, count: number): readonly [number, number] {
  const [low, high] = [-0.5 - start, last + 0.5 - start];
  if (Math.abs(step) < 1e-9) return low <= 0 && high >= 0 ? [0, count] : [0, 0];
  const [first, end] = step > 0 ? [low / step, high / step] : [high / step, low / step];
  return [Math.max(0, Math.ceil(first)), Math.min(count, Math.floor(end) + 1)];
}

/** Number of the pixel under a position in `1 / one` pixels, kept inside the picture. */
function nearest(position: number, last: number): number {
  const pixel = (position + one / 2) >> fractionBits;
  return pixel < 0 ? 0 : pixel > last ? last : pixel;
}

/** Number of the pixel under a coordinate, kept inside the picture. */
function clampIndex(position: number, last: number): number {
  return position < 0 ? 0 : position > last ? last : (position + 0.5) | 0;
}
