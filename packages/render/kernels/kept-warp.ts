import { hold, put } from "./memory";
import { Scene } from "./scene";

/** Shares are steepened to an edge that is soft and narrow: nothing up to `leastKeptShare` of the host, whole from 0.9 on. */
function steep(share: f32): f32 {
  return (share - 0.45) * <f32>(1 / (0.9 - 0.45));
}

/**
 * Draws the person's own luma through the kept triangles.
 * @param maps channels: source column and row in the rows of the frame that are here, share.
 * @param source first of these rows, whole. @param sourceWidth, sourceHeight their size.
 */
export function warpKeptLuma(
  scene: Scene,
  spans: usize,
  count: i32,
  maps: usize,
  source: usize,
  sourceWidth: i32,
  sourceHeight: i32,
): void {
  const lastX = <f32>sourceWidth - <f32>1.001;
  const lastY = <f32>sourceHeight - <f32>1.001;
  const stride = <usize>scene.lumaStride;
  for (let s = 0; s < count; s++, spans += 16) {
    const map = maps + <usize>load<i32>(spans) * 12;
    const row = load<i32>(spans, 4);
    const atX = load<f32>(map) + load<f32>(map, 8) * <f32>row;
    const atY = load<f32>(map, 12) + load<f32>(map, 20) * <f32>row;
    const atShare = load<f32>(map, 24) + load<f32>(map, 32) * <f32>row;
    const end = load<i32>(spans, 12);
    for (let column = load<i32>(spans, 8); column < end; column++) {
      const share = steep(atShare + load<f32>(map, 28) * <f32>column);
      if (share <= 0) continue;
      const x = hold(atX + load<f32>(map, 4) * <f32>column, 0, lastX);
      const y = hold(atY + load<f32>(map, 16) * <f32>column, 0, lastY);
      const xi = <i32>x;
      const yi = <i32>y;
      const fx = x - <f32>xi;
      const p = source + <usize>yi * stride + <usize>xi;
      const q = p + stride;
      const upper = <f32>load<u8>(p) + (<f32>load<u8>(p, 1) - <f32>load<u8>(p)) * fx;
      const lower = <f32>load<u8>(q) + (<f32>load<u8>(q, 1) - <f32>load<u8>(q)) * fx;
      const o = row * scene.width + column;
      put(scene.keptLuma, o, upper + (lower - upper) * (y - <f32>yi));
      put(scene.keptShare, o, min(share, <f32>1));
    }
  }
}

/** The same for chroma, at half size; the source place is in luma pixels as above, the size is that of the chroma rows. */
export function warpKeptChroma(
  scene: Scene,
  spans: usize,
  count: i32,
  maps: usize,
  blue: usize,
  red: usize,
  sourceWidth: i32,
  sourceHeight: i32,
): void {
  const lastX = <f32>sourceWidth - <f32>1.001;
  const lastY = <f32>sourceHeight - <f32>1.001;
  const stride = <usize>scene.chromaStride;
  for (let s = 0; s < count; s++, spans += 16) {
    const map = maps + <usize>load<i32>(spans) * 12;
    const row = load<i32>(spans, 4);
    const atX = load<f32>(map) + load<f32>(map, 8) * <f32>row;
    const atY = load<f32>(map, 12) + load<f32>(map, 20) * <f32>row;
    const atShare = load<f32>(map, 24) + load<f32>(map, 32) * <f32>row;
    const end = load<i32>(spans, 12);
    for (let column = load<i32>(spans, 8); column < end; column++) {
      const share = steep(atShare + load<f32>(map, 28) * <f32>column);
      if (share <= 0) continue;
      const x = hold((atX + load<f32>(map, 4) * <f32>column - 0.5) / 2, 0, lastX);
      const y = hold((atY + load<f32>(map, 16) * <f32>column - 0.5) / 2, 0, lastY);
      const xi = <i32>x;
      const yi = <i32>y;
      const at = <usize>yi * stride + <usize>xi;
      const fx = x - <f32>xi;
      const fy = y - <f32>yi;
      const o = row * (scene.width >> 1) + column;
      put(scene.keptBlue, o, between(blue + at, stride, fx, fy));
      put(scene.keptRed, o, between(red + at, stride, fx, fy));
      put(scene.keptHalfShare, o, min(share, <f32>1));
    }
  }
}

/** A byte plane between four of its pixels. */
function between(p: usize, stride: usize, fx: f32, fy: f32): f32 {
  const upper = <f32>load<u8>(p) * (1 - fx) + <f32>load<u8>(p, 1) * fx;
  const lower = <f32>load<u8>(p + stride) * (1 - fx) + <f32>load<u8>(p + stride, 1) * fx;
  return upper * (1 - fy) + lower * fy;
}
