import { cropTemplates, type CropTemplate, type FivePoints } from "./five-points.js";

/**
 * Where the pixels of an aligned crop lie in a picture: column i and row j at x = left + a * i - b * j, y = top + b * i + a * j.
 * Whole numbers are pixel centres on both sides.
 */
export interface CropMap {
  readonly left: number;
  readonly top: number;
  readonly a: number;
  readonly b: number;
}

/** The turn, scale and shift that bring the points of a face nearest to a template (least squares), seen from the crop. */
export function fitCrop(points: FivePoints, template: CropTemplate, sidePixels: number): CropMap {
  const wanted = cropTemplates[template].map((share) => share * sidePixels);
  const [fromX, fromY] = centerOf(points);
  const [toX, toY] = centerOf(wanted);
  // In complex numbers: wanted = (p + qi) * point.
  let [p, q, spread] = [0, 0, 0];
  for (let k = 0; k < 10; k += 2) {
    const [x, y] = [points[k]! - fromX, points[k + 1]! - fromY];
    const [u, v] = [wanted[k]! - toX, wanted[k + 1]! - toY];
    p += x * u + y * v;
    q += x * v - y * u;
    spread += x * x + y * y;
  }
  const norm = p * p + q * q;
  const a = (p * spread) / norm;
  const b = (-q * spread) / norm;
  return { left: fromX - a * toX + b * toY, top: fromY - b * toX - a * toY, a, b };
}

/** Pixels of the picture from one pixel of the crop to the next. */
export function stepOf({ a, b }: CropMap): number {
  return Math.hypot(a, b);
}

/** The same numbers the other way: from a picture to the crop. */
export function invertCrop({ left, top, a, b }: CropMap): CropMap {
  const norm = a * a + b * b;
  const [p, q] = [a / norm, -b / norm];
  return { left: -(p * left - q * top), top: -(q * left + p * top), a: p, b: q };
}

function centerOf(points: FivePoints): [number, number] {
  let [x, y] = [0, 0];
  for (let k = 0; k < 10; k += 2) {
    x += points[k]! / 5;
    y += points[k + 1]! / 5;
  }
  return [x, y];
}
