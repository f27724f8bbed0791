import type { PixelBox, PlanarFrame } from "#model/image.js";
import { yuvToRgb } from "#nets/oriented-crop.js";
import { invertCrop, stepOf, type CropMap } from "./crop-map.js";

/** A drawn crop as luma and colour differences of a frame's own kind. */
export interface DrawnCrop {
  readonly sidePixels: number;
  /** As the frame stores it, not rounded. */
  readonly luma: Float32Array;
  /** Around 0. */
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
}

/** Room for crops of one size. */
export function createDrawnCrop(sidePixels: number): DrawnCrop {
  const plane = () => new Float32Array(sidePixels * sidePixels);
  return { sidePixels, luma: plane(), blueDifference: plane(), redDifference: plane() };
}

/**
 * Turns what a swap model gave into a frame's colours.
 * @param values three planes, red, green, blue. @param range values that stand for black and white; beyond them is cut.
 */
export function convertDrawn(
  values: Float32Array,
  [low, high]: readonly [number, number],
  { matrix, isFullRange }: Pick<PlanarFrame, "matrix" | "isFullRange">,
  into: DrawnCrop,
): void {
  const { lumaScale, lumaOffset, rv, bu } = yuvToRgb(matrix, isFullRange);
  const [kr, kb] = matrix === "bt601" ? [0.299, 0.114] : [0.2126, 0.0722];
  const area = into.sidePixels ** 2;
  const scale = 255 / (high - low);
  const byteOf = (value: number): number => {
    const byte = (value - low) * scale;
    // What is no number becomes black.
    return byte > 0 ? (byte < 255 ? byte : 255) : 0;
  };
  for (let o = 0; o < area; o++) {
    const red = byteOf(values[o]!);
    const blue = byteOf(values[o + 2 * area]!);
    const luma = kr * red + (1 - kr - kb) * byteOf(values[o + area]!) + kb * blue;
    into.luma[o] = luma / lumaScale + lumaOffset;
    into.blueDifference[o] = (blue - luma) / bu;
    into.redDifference[o] = (red - luma) / rv;
  }
}

/** Planes of a box of the frame that a crop is laid out on: luma at its size, colours at half of it. */
export interface BoxPlanes {
  readonly luma: Float32Array;
  readonly blueDifference: Float32Array;
  readonly redDifference: Float32Array;
}

/** A finer crop than the frame is averaged over at most this many samples across. */
const mostTaps = 4;

/** Lays a drawn crop out over a box of the frame, bilinear; beyond the crop its edge repeats. */
export function layOutCrop(crop: DrawnCrop, map: CropMap, box: PixelBox, into: BoxPlanes): void {
  const toCrop = invertCrop(map);
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  layOutPlane(crop.luma, crop.sidePixels, toCrop, { ...box, width, height, pitch: 1, offset: 0 }, into.luma);
  const half = { ...box, width: width >> 1, height: height >> 1, pitch: 2, offset: 0.5 };
  layOutPlane(crop.blueDifference, crop.sidePixels, toCrop, half, into.blueDifference);
  layOutPlane(crop.redDifference, crop.sidePixels, toCrop, half, into.redDifference);
}

interface Raster {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of the frame from one value to the next, and where in them the first lies. */
  readonly pitch: number;
  readonly offset: number;
}

function layOutPlane(plane: Float32Array, side: number, toCrop: CropMap, raster: Raster, into: Float32Array): void {
  const { width, height, pitch, offset } = raster;
  const taps = Math.max(1, Math.min(mostTaps, Math.round(stepOf(toCrop) * pitch)));
  const last = side - 1.001;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let tap = 0; tap < taps * taps; tap++) {
        const x = raster.left + offset + pitch * (column + ((tap % taps) + 0.5) / taps - 0.5);
        const y = raster.top + offset + pitch * (row + (Math.floor(tap / taps) + 0.5) / taps - 0.5);
        const i = toCrop.left + toCrop.a * x - toCrop.b * y;
        const j = toCrop.top + toCrop.b * x + toCrop.a * y;
        const insideI = i < 0 ? 0 : i > last ? last : i;
        const insideJ = j < 0 ? 0 : j > last ? last : j;
        const p = (insideJ | 0) * side + (insideI | 0);
        const fx = insideI - (insideI | 0);
        const upper = plane[p]! + (plane[p + 1]! - plane[p]!) * fx;
        const lower = plane[p + side]! + (plane[p + side + 1]! - plane[p + side]!) * fx;
        sum += upper + (lower - upper) * (insideJ - (insideJ | 0));
      }
      into[row * width + column] = sum / (taps * taps);
    }
  }
}
