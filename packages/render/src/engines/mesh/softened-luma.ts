import type { TextureLevel } from "./texture-levels.js";

/** Blur of each step of softness: sigma of a Gaussian, in pixels. Each takes a fifth to a third of the finest structure away. */
const sigmas = [0, 0.38, 0.44, 0.5, 0.56, 0.63, 0.72, 0.85, 1.05, 1.35] as const;

/** Steps from the photo as it is (0) to the softest. */
export const softnessSteps = sigmas.length;

/** The luma of one texture level in several degrees of softness, made when first needed. */
export interface SoftenedLuma {
  lumaAt(step: number): Float32Array;
  /** Fine structure that is left at a step, over what step 0 has, 0-1. */
  finenessAt(step: number): number;
}

/** Prepares softened versions of a level. */
export function createSoftenedLuma({ luma, sidePixels }: Pick<TextureLevel, "luma" | "sidePixels">): SoftenedLuma {
  const versions: Float32Array[] = [luma];
  // Cheeks, nose and mouth, a quarter of the picture, tell for all of it.
  const middle = middleOf(luma, sidePixels);
  const middleSide = sidePixels >> 1;
  const whole = fineStructure(middle, middleSide);
  const fineness: number[] = [1];
  return {
    lumaAt: (step) => (versions[step] ??= soften(luma, sidePixels, sigmas[step]!)),
    finenessAt: (step) =>
      (fineness[step] ??= whole > 0 ? fineStructure(soften(middle, middleSide, sigmas[step]!), middleSide) / whole : 1),
  };
}

function middleOf(luma: Float32Array, side: number): Float32Array {
  const from = side >> 2;
  const half = side >> 1;
  const middle = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    const start = (from + y) * side + from;
    middle.set(luma.subarray(start, start + half), y * half);
  }
  return middle;
}

/** Mean absolute difference of a pixel and its four neighbours. */
function fineStructure(luma: Float32Array, side: number): number {
  let sum = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let o = y * side + 1; o < (y + 1) * side - 1; o++)
      sum += Math.abs(4 * luma[o]! - luma[o - 1]! - luma[o + 1]! - luma[o - side]! - luma[o + side]!);
  }
  return sum / 4 / Math.max(1, (side - 2) ** 2);
}

/** Gaussian blur by a separable kernel of seven taps; edges repeat. */
function soften(luma: Float32Array, side: number, sigma: number): Float32Array {
  const [t1, t2, t3] = [1, 2, 3].map((distance) => Math.exp(-(distance ** 2) / (2 * sigma * sigma)));
  const scale = 1 / (1 + 2 * (t1! + t2! + t3!));
  const out = new Float32Array(luma.length);
  const line = new Float32Array(side + 6);
  const blurLine = (from: Float32Array, start: number, step: number): void => {
    for (let i = 0; i < line.length; i++) line[i] = from[start + step * Math.min(side - 1, Math.max(0, i - 3))]!;
    for (let i = 0; i < side; i++) {
      const value =
        line[i + 3]! +
        t1! * (line[i + 2]! + line[i + 4]!) +
        t2! * (line[i + 1]! + line[i + 5]!) +
        t3! * (line[i]! + line[i + 6]!);
      out[start + step * i] = value * scale;
    }
  };
  for (let y = 0; y < side; y++) blurLine(luma, y * side, 1);
  for (let x = 0; x < side; x++) blurLine(out, x, side);
  return out;
}
