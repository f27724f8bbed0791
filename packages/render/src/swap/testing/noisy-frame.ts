import { createPlanes } from "#media/index.js";
import type { PlanarFrame } from "#model/image.js";

/** A frame of smooth shades with noise over them; the same seed gives the same frame. */
export function noisyFrame(widthPixels: number, heightPixels: number, seed: number): PlanarFrame {
  const frame = createPlanes(widthPixels, heightPixels);
  let state = seed;
  for (const plane of [frame.y, frame.u, frame.v]) {
    for (let at = 0; at < plane.length; at++) {
      state = (state * 75 + 74) % 65_537;
      plane[at] = 110 + 60 * Math.sin(at / 90 + seed) + (state % 9);
    }
  }
  return frame;
}
