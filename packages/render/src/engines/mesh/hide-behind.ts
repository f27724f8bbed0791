import { boxBlur } from "./box-blur.js";

let scratch = new Float32Array(0);

/**
 * Takes the drawn face away where something is in front of the person, with a soft edge.
 * @param hidden 0 seen - 255 hidden, `width` x `height`, a quarter of the box's size; its contents are blurred.
 * @param opacity at half the box's size, is multiplied.
 */
export function hideBehind(hidden: Float32Array, opacity: Float32Array, width: number, height: number): void {
  if (scratch.length < width * height) scratch = new Float32Array(width * height);
  boxBlur(hidden, width, height, 1, scratch);
  for (let y = 0; y < 2 * height; y++) {
    const above = Math.max(0, (y - 1) >> 1) * width;
    const below = Math.min(height - 1, ((y - 1) >> 1) + 1) * width;
    const fy = y & 1 ? 0.25 : 0.75;
    for (let x = 0; x < 2 * width; x++) {
      const left = Math.max(0, (x - 1) >> 1);
      const right = Math.min(width - 1, ((x - 1) >> 1) + 1);
      const fx = x & 1 ? 0.25 : 0.75;
      const upper = hidden[above + left]! + (hidden[above + right]! - hidden[above + left]!) * fx;
      const lower = hidden[below + left]! + (hidden[below + right]! - hidden[below + left]!) * fx;
      opacity[2 * width * y + x]! *= 1 - (upper + (lower - upper) * fy) / 255;
    }
  }
}
