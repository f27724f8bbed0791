/**
 * Gives every pixel of a square plane a value: where the weight is 1 its own, where it is 0 one that continues its
 * surroundings without an edge, like a skin stretched over the hole. A pyramid of weighted means, from coarse to fine.
 * @param plane is overwritten. @param weights 0-1 a pixel, unchanged.
 */
export function fillSmoothly(plane: Float32Array, weights: Float32Array, side: number): void {
  if (side < 2) return;
  const half = (side + 1) >> 1;
  const sums = new Float32Array(half * half);
  const shares = new Float32Array(half * half);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const o = y * side + x;
      const c = (y >> 1) * half + (x >> 1);
      sums[c]! += plane[o]! * weights[o]!;
      shares[c]! += weights[o]!;
    }
  }
  for (let c = 0; c < sums.length; c++) {
    if (shares[c]! > 0) sums[c]! /= shares[c]!;
    shares[c] = Math.min(1, shares[c]!);
  }
  fillSmoothly(sums, shares, half);
  for (let y = 0; y < side; y++) {
    const py = y / 2 - 0.25;
    const y0 = Math.max(0, Math.floor(py));
    const y1 = Math.min(half - 1, Math.floor(py) + 1);
    const fy = py - Math.floor(py);
    for (let x = 0; x < side; x++) {
      const px = x / 2 - 0.25;
      const x0 = Math.max(0, Math.floor(px));
      const x1 = Math.min(half - 1, Math.floor(px) + 1);
      const fx = px - Math.floor(px);
      const upper = sums[y0 * half + x0]! * (1 - fx) + sums[y0 * half + x1]! * fx;
      const lower = sums[y1 * half + x0]! * (1 - fx) + sums[y1 * half + x1]! * fx;
      const o = y * side + x;
      const around = upper * (1 - fy) + lower * fy;
      plane[o] = around + (plane[o]! - around) * weights[o]!;
    }
  }
}
