import type { Point } from "#face/delaunay.js";
import { isInside } from "#face/delaunay.js";
import { clamp, lerp } from "#maths/scalar.js";
import type { Vec3 } from "#maths/vector.js";

/** A polygon with a soft edge on a canvas: 0..1 per pixel, with the box outside which it is 0. */
export interface SoftMask {
  readonly values: Float32Array;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A square picture in linear light with a gloss channel, and the brushes that a face needs. Units: pixels. */
export class SkinCanvas {
  readonly size: number;
  /** Red, green, blue, gloss per pixel. */
  readonly pixels: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.pixels = new Float32Array(size * size * 4);
  }

  /** Multiplies the colour by `factors` inside a soft ellipse; `strength` 0..1 in its centre. */
  tint(center: Point, radiusX: number, radiusY: number, factors: Vec3, strength: number): void {
    const { size, pixels } = this;
    const [cx, cy] = center;
    const x0 = Math.max(0, Math.floor(cx - radiusX * 2.4));
    const x1 = Math.min(size - 1, Math.ceil(cx + radiusX * 2.4));
    const y0 = Math.max(0, Math.floor(cy - radiusY * 2.4));
    const y1 = Math.min(size - 1, Math.ceil(cy + radiusY * 2.4));
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const d = ((x - cx) / radiusX) ** 2 + ((y - cy) / radiusY) ** 2;
        if (d > 5.7) continue;
        const share = Math.exp(-d * 1.4) * strength;
        const o = (y * size + x) * 4;
        for (let c = 0; c < 3; c++) pixels[o + c] = pixels[o + c]! * (1 + (factors[c]! - 1) * share);
      }
  }

  /** A soft tinted line through the points, thinning out at both ends. */
  softLine(path: readonly Point[], radius: number, factors: Vec3, strength: number): void {
    const step = Math.max(1, radius * 0.8);
    const lengths = path.slice(1).map((p, i) => Math.hypot(p[0] - path[i]![0], p[1] - path[i]![1]));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    let done = 0;
    lengths.forEach((length, i) => {
      const [a, b] = [path[i]!, path[i + 1]!];
      for (let at = 0; at < length; at += step) {
        const t = at / length;
        const along = (done + at) / total;
        const fade = Math.sin(Math.PI * clamp(along));
        this.tint([lerp(a[0], b[0], t), lerp(a[1], b[1], t)], radius, radius, factors, strength * fade * 0.5);
      }
      done += length;
    });
  }

  /** A hard hair-like line of one colour; widths are radii at both ends. */
  stroke(from: Point, to: Point, startRadius: number, endRadius: number, colour: Vec3, opacity: number): void {
    const { size, pixels } = this;
    const steps = Math.max(2, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
    for (let k = 0; k <= steps; k++) {
      const t = k / steps;
      const x = lerp(from[0], to[0], t);
      const y = lerp(from[1], to[1], t);
      const r = lerp(startRadius, endRadius, t);
      for (let j = Math.floor(y - r - 1); j <= y + r + 1; j++)
        for (let i = Math.floor(x - r - 1); i <= x + r + 1; i++) {
          const share = clamp(r + 0.5 - Math.hypot(i - x, j - y)) * opacity;
          if (share <= 0 || i < 0 || j < 0 || i >= size || j >= size) continue;
          const o = (j * size + i) * 4;
          for (let c = 0; c < 3; c++) pixels[o + c] = pixels[o + c]! + (colour[c]! - pixels[o + c]!) * share;
        }
    }
  }

  /** A filled polygon whose edge is blurred by about `blur` pixels. */
  mask(polygon: readonly Point[], blur: number): SoftMask {
    const { size } = this;
    const margin = Math.ceil(blur * 2) + 2;
    const xs = polygon.map((p) => p[0]);
    const ys = polygon.map((p) => p[1]);
    const left = Math.max(0, Math.floor(Math.min(...xs)) - margin);
    const right = Math.min(size - 1, Math.ceil(Math.max(...xs)) + margin);
    const top = Math.max(0, Math.floor(Math.min(...ys)) - margin);
    const bottom = Math.min(size - 1, Math.ceil(Math.max(...ys)) + margin);
    const width = right - left + 1;
    const height = bottom - top + 1;
    let values: Float32Array = new Float32Array(width * height);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) if (isInside(polygon, x + left, y + top)) values[y * width + x] = 1;
    const radius = Math.max(1, Math.round(blur));
    for (let round = 0; round < 2; round++) {
      values = boxBlur(values, width, height, radius, 1, width);
      values = boxBlur(values, height, width, radius, width, 1);
    }
    return { values, left, top, right, bottom };
  }

  /** Calls `paint` with the pixel offset, position and strength of every pixel under the mask. */
  paintMask(mask: SoftMask, paint: (offset: number, x: number, y: number, strength: number) => void): void {
    const width = mask.right - mask.left + 1;
    for (let y = mask.top; y <= mask.bottom; y++)
      for (let x = mask.left; x <= mask.right; x++) {
        const strength = mask.values[(y - mask.top) * width + x - mask.left]!;
        if (strength > 0.01) paint((y * this.size + x) * 4, x, y, strength);
      }
  }

  /** 8 bit copy: red, green, blue as square roots of linear light, gloss times 128. */
  encode(): Uint8ClampedArray {
    const { pixels } = this;
    const out = new Uint8ClampedArray(pixels.length);
    for (let i = 0; i < pixels.length; i += 4) {
      out[i] = Math.sqrt(Math.max(0, pixels[i]!)) * 255;
      out[i + 1] = Math.sqrt(Math.max(0, pixels[i + 1]!)) * 255;
      out[i + 2] = Math.sqrt(Math.max(0, pixels[i + 2]!)) * 255;
      out[i + 3] = pixels[i + 3]! * 128;
    }
    return out;
  }
}

/** Value of a mask at a pixel, 0 outside its box. */
export function maskAt(mask: SoftMask, x: number, y: number): number {
  const xi = Math.round(x);
  const yi = Math.round(y);
  if (xi < mask.left || xi > mask.right || yi < mask.top || yi > mask.bottom) return 0;
  return mask.values[(yi - mask.top) * (mask.right - mask.left + 1) + xi - mask.left]!;
}

/** Running mean along lines of `length` values that lie `step` apart; lines lie `lineStep` apart. */
function boxBlur(
  source: Float32Array,
  length: number,
  lines: number,
  radius: number,
  step: number,
  lineStep: number,
): Float32Array {
  const out = new Float32Array(source.length);
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    const o = line * lineStep;
    let sum = 0;
    for (let k = 0; k < Math.min(length, radius); k++) sum += source[o + k * step]!;
    for (let k = 0; k < length; k++) {
      if (k + radius < length) sum += source[o + (k + radius) * step]!;
      if (k - radius > 0) sum -= source[o + (k - radius - 1) * step]!;
      out[o + k * step] = sum * share;
    }
  }
  return out;
}
