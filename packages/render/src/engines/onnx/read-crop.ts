import type { PlanarFrame, RgbImage } from "#model/image.js";
import { yuvToRgb } from "#nets/oriented-crop.js";
import { stepOf, type CropMap } from "./crop-map.js";

/** How a network wants colours: (value / 255 - mean) / std, red, green and blue. */
export interface ColourScale {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** More samples across a pixel than this change nothing that a network sees. */
const mostTaps = 8;

/**
 * Reads an aligned crop as a network wants it. Bilinear; where the crop is coarser than the picture each pixel is the mean of samples
 * one picture pixel apart. What lies outside the picture repeats its edge.
 * @param into three planes, red, green, blue, of `sidePixels` squared values each.
 */
export function readCrop(
  picture: PlanarFrame | RgbImage,
  map: CropMap,
  sidePixels: number,
  { mean, std }: ColourScale,
  into: Float32Array,
): void {
  const sample = "rgb" in picture ? rgbSampler(picture) : planarSampler(picture);
  const taps = Math.max(1, Math.min(mostTaps, Math.round(stepOf(map))));
  const area = sidePixels * sidePixels;
  const colour = new Float64Array(3);
  for (let row = 0; row < sidePixels; row++) {
    for (let column = 0; column < sidePixels; column++) {
      colour.fill(0);
      for (let tap = 0; tap < taps * taps; tap++) {
        const i = column + ((tap % taps) + 0.5) / taps - 0.5;
        const j = row + (Math.floor(tap / taps) + 0.5) / taps - 0.5;
        sample(map.left + map.a * i - map.b * j, map.top + map.b * i + map.a * j, colour);
      }
      for (let c = 0; c < 3; c++)
        into[c * area + row * sidePixels + column] = (colour[c]! / (255 * taps * taps) - mean[c]!) / std[c]!;
    }
  }
}

/** Adds the colour at a place, 0-255. */
type Sampler = (x: number, y: number, into: Float64Array) => void;

function planarSampler(frame: PlanarFrame): Sampler {
  const { widthPixels, heightPixels, lumaStride, chromaStride } = frame;
  const { lumaScale, lumaOffset, rv, gu, gv, bu } = yuvToRgb(frame.matrix, frame.isFullRange);
  const [halfWidth, halfHeight] = [(widthPixels + 1) >> 1, (heightPixels + 1) >> 1];
  return (x, y, into) => {
    const bright = (bilinear(frame.y, widthPixels, heightPixels, lumaStride, 1, x, y) - lumaOffset) * lumaScale;
    const [cx, cy] = [(x - 0.5) / 2, (y - 0.5) / 2];
    const u = bilinear(frame.u, halfWidth, halfHeight, chromaStride, 1, cx, cy) - 128;
    const v = bilinear(frame.v, halfWidth, halfHeight, chromaStride, 1, cx, cy) - 128;
    into[0]! += hold(bright + rv * v);
    into[1]! += hold(bright + gu * u + gv * v);
    into[2]! += hold(bright + bu * u);
  };
}

function rgbSampler({ rgb, widthPixels, heightPixels }: RgbImage): Sampler {
  const channels = [rgb, rgb.subarray(1), rgb.subarray(2)] as const;
  return (x, y, into) => {
    for (let c = 0; c < 3; c++) into[c]! += bilinear(channels[c]!, widthPixels, heightPixels, 3 * widthPixels, 3, x, y);
  };
}

/** @param pitch from one value of a row to the next. */
function bilinear(
  plane: Uint8Array,
  width: number,
  height: number,
  stride: number,
  pitch: number,
  x: number,
  y: number,
): number {
  const insideX = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const insideY = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const [xi, yi] = [insideX | 0, insideY | 0];
  const [fx, fy] = [insideX - xi, insideY - yi];
  const p = yi * stride + xi * pitch;
  const right = xi + 1 < width ? pitch : 0;
  const q = yi + 1 < height ? p + stride : p;
  const upper = plane[p]! + (plane[p + right]! - plane[p]!) * fx;
  return upper + (plane[q]! + (plane[q + right]! - plane[q]!) * fx - upper) * fy;
}

const hold = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);
