import { boxBlur } from "./box-blur";
import { at, put } from "./memory";
import { Scene } from "./scene";

/** Takes the drawn face away where something is in front of the person, with a soft edge; `hidden` is blurred. */
export function hideBehind(scene: Scene): void {
  const width = scene.width >> 2;
  const height = scene.height >> 2;
  const hidden = scene.hidden;
  boxBlur(hidden, width, height, 1, scene.scratch);
  for (let y = 0; y < 2 * height; y++) {
    const above = max(0, (y - 1) >> 1) * width;
    const below = min(height - 1, ((y - 1) >> 1) + 1) * width;
    const fy: f32 = y & 1 ? 0.25 : 0.75;
    for (let x = 0; x < 2 * width; x++) {
      const left = max(0, (x - 1) >> 1);
      const right = min(width - 1, ((x - 1) >> 1) + 1);
      const fx: f32 = x & 1 ? 0.25 : 0.75;
      const upper = at(hidden, above + left) + (at(hidden, above + right) - at(hidden, above + left)) * fx;
      const lower = at(hidden, below + left) + (at(hidden, below + right) - at(hidden, below + left)) * fx;
      const o = 2 * width * y + x;
      put(scene.opacity, o, at(scene.opacity, o) * (1 - (upper + (lower - upper) * fy) / 255));
    }
  }
}
