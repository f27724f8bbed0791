import type { PlanarFrame } from "#model/image.js";
import type { Rotation } from "#model/media.js";

/** Bits a sample from FFmpeg's name of a pixel format: `yuv420p10le` -> 10, `gray12be` -> 12; 8 where none is named. */
export function bitDepthOf(pixelFormat: string): number {
  if (/^p[024]\d\d(le|be)$/.test(pixelFormat)) return Number(pixelFormat.slice(2, 4));
  const depth = /(?:p|gray)(9|10|12|14|16)(?:le|be)$/.exec(pixelFormat)?.[1];
  return depth === undefined ? 8 : Number(depth);
}

/** Clockwise turn of a display matrix, whose first row is (cosine, sine, 0) for a clockwise turn, in any unit. */
export function rotationOf(cosine: number, sine: number): Rotation {
  const degrees = (Math.atan2(sine, cosine) * 180) / Math.PI;
  return ((((Math.round(degrees / 90) * 90) % 360) + 360) % 360) as Rotation;
}

/**
 * The matrix to draw with, from the code point of ITU-T H.273. Untagged video is BT.601 up to 576 lines and BT.709 above,
 * as players guess; BT.2020 is near enough to BT.709.
 */
export function matrixOf(code: number, widthPixels: number, heightPixels: number): PlanarFrame["matrix"] {
  const [unspecified, fcc, bt470bg, smpte170m] = [2, 4, 5, 6];
  if (code === unspecified) return Math.min(widthPixels, heightPixels) <= 576 ? "bt601" : "bt709";
  return code === bt470bg || code === smpte170m || code === fcc ? "bt601" : "bt709";
}
