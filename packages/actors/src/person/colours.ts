import { clamp, lerp } from "#maths/scalar.js";
import type { Vec3 } from "#maths/vector.js";

/** 8 bit display colour to linear light. */
export function linear(rgb: Vec3): Vec3 {
  return [Math.pow(rgb[0] / 255, 2.2), Math.pow(rgb[1] / 255, 2.2), Math.pow(rgb[2] / 255, 2.2)];
}

// display values, from light to dark; a skin tone lies between two neighbours
const SKINS: readonly Vec3[] = [
  [228, 188, 168],
  [222, 174, 150],
  [218, 164, 134],
  [202, 145, 113],
  [176, 120, 88],
  [142, 94, 68],
  [112, 72, 52],
  [88, 56, 42],
];

/** Linear skin colour of a tone: 0 light .. 1 dark. */
export function skinColour(tone: number): Vec3 {
  const at = clamp(tone) * (SKINS.length - 1);
  const i = Math.min(SKINS.length - 2, Math.floor(at));
  const a = SKINS[i]!;
  const b = SKINS[i + 1]!;
  const t = at - i;
  return linear([lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)]);
}

/** Natural hair colours, display values. The first three also suit dark skin. */
export const HAIR_COLOURS: readonly Vec3[] = [
  [24, 19, 18],
  [44, 31, 25],
  [66, 44, 31],
  [92, 62, 41],
  [124, 88, 56],
  [168, 130, 86],
  [116, 58, 34],
];
/** Grey hair, reached with age. */
export const GREY_HAIR: Vec3 = [158, 154, 150];

/** Iris colours, display values. The first two go with dark skin. */
export const IRIS_COLOURS: readonly Vec3[] = [
  [70, 45, 27],
  [92, 63, 36],
  [104, 98, 60],
  [84, 106, 84],
  [82, 110, 134],
  [112, 126, 138],
];

/** Garment colours, display values. */
export const CLOTH_COLOURS: readonly Vec3[] = [
  [46, 74, 110],
  [146, 60, 54],
  [70, 96, 78],
  [222, 214, 202],
  [54, 54, 60],
  [190, 142, 76],
  [112, 84, 122],
  [96, 128, 150],
  [208, 184, 190],
  [66, 110, 112],
];
