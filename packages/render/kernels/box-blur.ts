import { at, four, put } from "./memory";

/**
 * Blurs a plane in place: two passes of a box of `2 * radius + 1`, close to a Gaussian of sigma 0.82 * radius + 0.4. Edges repeat.
 * Cost does not depend on the radius.
 * @param scratch `width * height` values and `width` more; its contents are lost.
 */
export function boxBlur(plane: usize, width: i32, height: i32, radius: i32, scratch: usize): void {
  const sums = scratch + ((<usize>(width * height)) << 2);
  const taps = 2 * radius + 1;
  const side = <f32>taps;
  const share = <f32>1 / (side * side);
  for (let pass = 0; pass < 2; pass++) {
    for (let y = 0; y < height; y++) sumRow(plane, scratch, y * width, width, radius);
    for (let x = 0; x < width; x++) put(sums, x, <f32>(radius + 1) * at(scratch, x));
    for (let y = 1; y <= radius; y++) addRow(sums, scratch, min(y, height - 1) * width, width);
    for (let y = 0; y < height; y++) {
      const entering = min(y + radius + 1, height - 1) * width;
      const leaving = max(y - radius, 0) * width;
      moveSums(sums, scratch, entering, leaving, plane, y * width, width, share);
    }
  }
}

/** Sums of `2 * radius + 1` neighbours in a row. */
function sumRow(plane: usize, into: usize, row: i32, width: i32, radius: i32): void {
  const first = at(plane, row);
  const last = at(plane, row + width - 1);
  let sum = <f32>(radius + 1) * first;
  for (let x = 1; x <= radius; x++) sum += at(plane, row + min(x, width - 1));
  // Three stretches: the first repeats the left edge, the last the right one.
  const inner = width - radius - 1;
  let x = 0;
  for (const end = min(radius, inner); x < end; x++) {
    put(into, row + x, sum);
    sum += at(plane, row + x + radius + 1) - first;
  }
  for (; x < inner; x++) {
    put(into, row + x, sum);
    sum += at(plane, row + x + radius + 1) - at(plane, row + x - radius);
  }
  for (; x < width; x++) {
    put(into, row + x, sum);
    sum += last - (x > radius ? at(plane, row + x - radius) : first);
  }
}

function addRow(sums: usize, plane: usize, row: i32, width: i32): void {
  for (let x = 0; x < width; x++) put(sums, x, at(sums, x) + at(plane, row + x));
}

/** Writes the sums of one row, scaled, and goes on to the next. */
function moveSums(
  sums: usize,
  from: usize,
  entering: i32,
  leaving: i32,
  into: usize,
  row: i32,
  width: i32,
  share: f32,
): void {
  const shares = f32x4.splat(share);
  let x = 0;
  for (const end = width - 3; x < end; x += 4) {
    const sum = four(sums, x);
    v128.store(into + ((<usize>(row + x)) << 2), f32x4.mul(sum, shares));
    const change = f32x4.sub(four(from, entering + x), four(from, leaving + x));
    v128.store(sums + ((<usize>x) << 2), f32x4.add(sum, change));
  }
  for (; x < width; x++) {
    put(into, row + x, at(sums, x) * share);
    put(sums, x, at(sums, x) + at(from, entering + x) - at(from, leaving + x));
  }
}
