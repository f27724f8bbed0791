// Planes are addresses of consecutive values; indices count values, not bytes.

/** Value `index` of a plane of f32. */
export function at(plane: usize, index: i32): f32 {
  return load<f32>(plane + ((<usize>index) << 2));
}

/** Sets value `index` of a plane of f32. */
export function put(plane: usize, index: i32, value: f32): void {
  store<f32>(plane + ((<usize>index) << 2), value);
}

/** Four values from `index` on. */
export function four(plane: usize, index: i32): v128 {
  return v128.load(plane + ((<usize>index) << 2));
}

/** Four bytes as f32. */
export function fourBytes(address: usize): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(address))));
}

/** Writes four f32 as bytes, cut to whole numbers and held in 0-255. */
export function putBytes(address: usize, values: v128): void {
  const words = i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(values), i32x4.splat(0));
  v128.store32_lane(address, i8x16.narrow_i16x8_u(words, words), 0);
}

/** `value` held between two limits. */
export function hold(value: f32, low: f32, high: f32): f32 {
  return value < low ? low : value > high ? high : value;
}

/** 0 below `from`, 1 above `to`, an S in between. */
export function smoothstep(from: f32, to: f32, value: f32): f32 {
  const share = hold((value - from) / (to - from), 0, 1);
  return share * share * (3 - 2 * share);
}
