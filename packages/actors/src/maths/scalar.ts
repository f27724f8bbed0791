/** Limits `value` to `low..high`, by default 0..1. */
export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value;
}

/** Straight line from `a` (t = 0) to `b` (t = 1). */
export function lerp(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** Smooth step: 0 before `edge0`, 1 behind `edge1`; the edges may be given in falling order. */
export function smoothStep(edge0: number, edge1: number, value: number): number {
  const t = clamp((value - edge0) / (edge1 - edge0));
  return t * t * (3 - 2 * t);
}

/** Gaussian bump: 1 at `center`, 1/e at a distance of `width`. */
export function bump(value: number, center: number, width: number): number {
  const d = (value - center) / width;
  return Math.exp(-d * d);
}
