import { at } from "./memory";
import { Scene } from "./scene";

/** Differences beyond this are edges, not skin. */
const edge: f32 = 12;

/**
 * Mean absolute difference of a pixel and its four neighbours, in luma steps, on the plain skin that both share, at one pixel of
 * sixteen.
 * @param into two f32: of the drawn luma, of the filmed one.
 * @returns how many pixels had a say.
 */
export function measureFineness(scene: Scene, into: usize): i32 {
  const width = scene.width;
  const quarter = width >> 2;
  const stride = <usize>scene.lumaStride;
  let drawn: f32 = 0;
  let filmed: f32 = 0;
  let count = 0;
  for (let row = 1; row < (scene.height >> 2) - 1; row++) {
    for (let column = 1; column < quarter - 1; column++) {
      const o = row * quarter + column;
      if (at(scene.plainness, o) < 0.95 || at(scene.ownPlainness, o) < 0.95 || at(scene.innerness, o) < 0.3) continue;
      if (at(scene.opacity, 2 * row * (width >> 1) + 2 * column) < 0.9) continue;
      const p = (4 * row + 1) * width + 4 * column + 1;
      const q = scene.filmedLuma + <usize>(4 * row + 1) * stride + <usize>(4 * column + 1);
      const luma = scene.luma;
      drawn += min(
        edge,
        abs(at(luma, p) - (at(luma, p - 1) + at(luma, p + 1) + at(luma, p - width) + at(luma, p + width)) / 4),
      );
      const around =
        <i32>load<u8>(q - 1) + <i32>load<u8>(q + 1) + <i32>load<u8>(q - stride) + <i32>load<u8>(q + stride);
      filmed += min(edge, <f32>abs(4 * <i32>load<u8>(q) - around) / 4);
      count++;
    }
  }
  store<f32>(into, drawn / <f32>max(1, count));
  store<f32>(into, filmed / <f32>max(1, count), 4);
  return count;
}
