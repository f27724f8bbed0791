import { at, put } from "./memory";
import { Scene } from "./scene";

/**
 * Draws one plane through the mesh, bilinear; only covered pixels are written.
 * @param maps channels: source column and row, which lie inside the source for every pixel drawn. @param source `side` squared.
 * @param target rows of `width` values.
 */
export function warpPlane(
  spans: usize,
  count: i32,
  maps: usize,
  source: usize,
  side: i32,
  target: usize,
  width: i32,
): void {
  for (let s = 0; s < count; s++, spans += 16) {
    const map = maps + ((<usize>load<i32>(spans)) << 3);
    const row = load<i32>(spans, 4);
    const from = load<i32>(spans, 8);
    const stepX: f64 = load<f32>(map, 4);
    const stepY: f64 = load<f32>(map, 16);
    let x = <f64>load<f32>(map) + <f64>load<f32>(map, 8) * <f64>row + stepX * <f64>from;
    let y = <f64>load<f32>(map, 12) + <f64>load<f32>(map, 20) * <f64>row + stepY * <f64>from;
    const end = row * width + load<i32>(spans, 12);
    for (let o = row * width + from; o < end; o++) {
      const xi = <i32>x;
      const yi = <i32>y;
      const fx = <f32>(x - <f64>xi);
      const p = yi * side + xi;
      const upper = at(source, p) + (at(source, p + 1) - at(source, p)) * fx;
      const q = p + side;
      const lower = at(source, q) + (at(source, q + 1) - at(source, q)) * fx;
      put(target, o, upper + (lower - upper) * <f32>(y - <f64>yi));
      x += stepX;
      y += stepY;
    }
  }
}

/**
 * Draws colour and opacity at half size.
 * @param maps channels: source column, source row, facing. @param source three values a pixel: blue, red, cover.
 */
export function warpColour(scene: Scene, spans: usize, count: i32, maps: usize, source: usize, side: i32): void {
  const width = scene.width >> 1;
  const rowStride = 3 * side;
  for (let s = 0; s < count; s++, spans += 16) {
    const map = maps + <usize>load<i32>(spans) * 12;
    const row = load<i32>(spans, 4);
    const from = load<i32>(spans, 8);
    const stepX: f64 = load<f32>(map, 4);
    const stepY: f64 = load<f32>(map, 16);
    const stepFacing = load<f32>(map, 28);
    let x = <f64>load<f32>(map) + <f64>load<f32>(map, 8) * <f64>row + stepX * <f64>from;
    let y = <f64>load<f32>(map, 12) + <f64>load<f32>(map, 20) * <f64>row + stepY * <f64>from;
    let facing = load<f32>(map, 24) + load<f32>(map, 32) * <f32>row + stepFacing * <f32>from;
    const end = row * width + load<i32>(spans, 12);
    for (let o = row * width + from; o < end; o++) {
      const xi = <i32>x;
      const yi = <i32>y;
      const fx = <f32>(x - <f64>xi);
      const fy = <f32>(y - <f64>yi);
      const k11 = fx * fy;
      const k10 = fx - k11;
      const k01 = fy - k11;
      const k00 = <f32>1 - fx - k01;
      const p = yi * rowStride + 3 * xi;
      const q = p + rowStride;
      put(
        scene.blueDifference,
        o,
        at(source, p) * k00 + at(source, p + 3) * k10 + at(source, q) * k01 + at(source, q + 3) * k11,
      );
      put(
        scene.redDifference,
        o,
        at(source, p + 1) * k00 + at(source, p + 4) * k10 + at(source, q + 1) * k01 + at(source, q + 4) * k11,
      );
      const cover =
        at(source, p + 2) * k00 + at(source, p + 5) * k10 + at(source, q + 2) * k01 + at(source, q + 5) * k11;
      put(scene.opacity, o, cover * facing);
      x += stepX;
      y += stepY;
      facing += stepFacing;
    }
  }
}

/** Draws three values a place through a mesh, linear in each triangle; only covered places are written. */
export function warpLinear(
  spans: usize,
  count: i32,
  maps: usize,
  first: usize,
  second: usize,
  third: usize,
  width: i32,
): void {
  for (let s = 0; s < count; s++, spans += 16) {
    const map = maps + <usize>load<i32>(spans) * 12;
    const row = load<i32>(spans, 4);
    const from = load<i32>(spans, 8);
    let a = load<f32>(map) + load<f32>(map, 8) * <f32>row + load<f32>(map, 4) * <f32>from;
    let b = load<f32>(map, 12) + load<f32>(map, 20) * <f32>row + load<f32>(map, 16) * <f32>from;
    let c = load<f32>(map, 24) + load<f32>(map, 32) * <f32>row + load<f32>(map, 28) * <f32>from;
    const end = row * width + load<i32>(spans, 12);
    for (let o = row * width + from; o < end; o++) {
      put(first, o, a);
      put(second, o, b);
      put(third, o, c);
      a += load<f32>(map, 4);
      b += load<f32>(map, 16);
      c += load<f32>(map, 28);
    }
  }
}
