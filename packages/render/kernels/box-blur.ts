/**
 * Blurs a plane of f32 by the mean of a square of `2 * radius + 1` pixels; edges repeat.
 * @param values `width * height` values, overwritten. @param scratch as many, holding nothing afterwards.
 */
export function boxBlur(values: usize, scratch: usize, width: i32, height: i32, radius: i32): void {
  for (let y = 0; y < height; y++) blurLine(values + 4 * (y * width), scratch + 4 * (y * width), width, 4, radius);
  for (let x = 0; x < width; x++) blurLine(scratch + 4 * x, values + 4 * x, height, 4 * width, radius);
}

/** One row or column by a running sum; places are `step` bytes apart. */
function blurLine(from: usize, into: usize, length: i32, step: i32, radius: i32): void {
  const side = 2 * radius + 1;
  const scale = <f32>1 / <f32>side;
  const last = length - 1;
  const first = load<f32>(from);
  let sum = first * <f32>(radius + 1);
  for (let i = 1; i <= radius; i++) sum += load<f32>(from + step * min(i, last));
  for (let i = 0; i < length; i++) {
    store<f32>(into + step * i, sum * scale);
    sum += load<f32>(from + step * min(i + radius + 1, last)) - load<f32>(from + step * max(i - radius, 0));
  }
}
