let columnSums = new Float32Array(0);

/**
 * Blurs one plane in place: two passes of a box of `2 * radius + 1`, close to a Gaussian of sigma 0.82 * radius + 0.4.
 * Edges repeat. Cost does not depend on the radius.
 * @param scratch at least `width * height` values; its contents are lost.
 */
export function boxBlur(
  plane: Float32Array,
  width: number,
  height: number,
  radius: number,
  scratch: Float32Array,
): void {
  if (columnSums.length < width) columnSums = new Float32Array(width);
  const sums = columnSums;
  const share = 1 / (2 * radius + 1) ** 2;
  for (let pass = 0; pass < 2; pass++) {
    for (let y = 0; y < height; y++) {
      const row = y * width;
      let sum = (radius + 1) * plane[row]!;
      for (let x = 1; x <= radius; x++) sum += plane[row + (x < width ? x : width - 1)]!;
      // Three stretches: the first repeats the left edge, the last the right one.
      const first = plane[row]!;
      const last = plane[row + width - 1]!;
      const inner = width - radius - 1;
      let x = 0;
      for (const end = radius < inner ? radius : inner; x < end; x++) {
        scratch[row + x] = sum;
        sum += plane[row + x + radius + 1]! - first;
      }
      for (; x < inner; x++) {
        scratch[row + x] = sum;
        sum += plane[row + x + radius + 1]! - plane[row + x - radius]!;
      }
      for (; x < width; x++) {
        scratch[row + x] = sum;
        sum += last - (x > radius ? plane[row + x - radius]! : first);
      }
    }
    for (let x = 0; x < width; x++) sums[x] = (radius + 1) * scratch[x]!;
    for (let y = 1; y <= radius; y++) {
      const row = (y < height ? y : height - 1) * width;
      for (let x = 0; x < width; x++) sums[x]! += scratch[row + x]!;
    }
    for (let y = 0; y < height; y++) {
      const row = y * width;
      const entering = (y + radius + 1 < height ? y + radius + 1 : height - 1) * width;
      const leaving = (y - radius > 0 ? y - radius : 0) * width;
      for (let x = 0; x < width; x++) {
        plane[row + x] = sums[x]! * share;
        sums[x]! += scratch[entering + x]! - scratch[leaving + x]!;
      }
    }
  }
}
