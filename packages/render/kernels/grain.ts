import { at, fourBytes, put } from "./memory";
import { Scene } from "./scene";

/** Larger differences are edges of the person's own face, not grain; sums of four differences are compared. */
const mostSum: f32 = 4 * 8;

/**
 * The video's own grain, to be laid over a smoother photo: what sets a pixel apart from its four neighbours on plain skin. It
 * moves, sparkles and is compressed as the video's is, because it is the video's.
 * @param row of the box. @param above the row above as it was filmed, bytes: the frame holds the drawn face there already.
 * @param share how much of it, 0-1. @param into one f32 a pixel.
 */
export function readGrainRow(scene: Scene, row: i32, above: usize, share: f32, into: usize): void {
  const width = scene.width;
  memory.fill(into, 0, (<usize>width) << 2);
  if (row === 0 || row === scene.height - 1) return;
  const quarter = width >> 2;
  const here = scene.filmedLuma + <usize>row * <usize>scene.lumaStride;
  const below = here + <usize>scene.lumaStride;
  const high = f32x4.splat(mostSum);
  const low = f32x4.splat(-mostSum);
  for (let q = 0; q < quarter; q++) {
    const plain = at(scene.ownPlainness, (row >> 2) * quarter + q);
    if (plain < 0.5) continue;
    const x = <usize>(4 * q);
    const around = f32x4.add(
      f32x4.add(fourBytes(here + x - 1), fourBytes(here + x + 1)),
      f32x4.add(fourBytes(above + x), fourBytes(below + x)),
    );
    const sum = f32x4.sub(f32x4.mul(fourBytes(here + x), f32x4.splat(4)), around);
    const held = f32x4.max(low, f32x4.min(high, sum));
    v128.store(into + (x << 2), f32x4.mul(held, f32x4.splat(<f32>0.25 * plain * share)));
  }
  put(into, 0, 0);
  put(into, width - 1, 0);
}
