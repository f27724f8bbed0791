import { createRandom } from "#maths/random.js";
import { clamp } from "#maths/scalar.js";
import type { PixelBox } from "./sample-buffer.js";

const STEPS = 4096;
/** Linear light at which the table ends. */
const WHITE = 2;

/** Linear light 0..2 to a display value 0..255: highlights roll off, then the sRGB curve. */
const CURVE = Uint8Array.from({ length: STEPS + 1 }, (_, i) => {
  const light = (i / STEPS) * WHITE;
  const v = light < 0.55 ? light : 0.55 + 0.45 * (1 - Math.exp(-(light - 0.55) / 0.45));
  return Math.round(255 * clamp(v <= 0.0031308 ? 12.92 * v : 1.055 * Math.pow(v, 1 / 2.4) - 0.055));
});

const GRAIN_SIZE = 65536;
/** Film grain of about +-2 display values, one per pixel. */
const GRAIN = grain();

/** Every row starts elsewhere in the grain, and so does every frame. */
function grainStart(y: number, grainSeed: number): number {
  return Math.imul(y + 1, 40503) + Math.imul(grainSeed + 1, 7919);
}

function grain(): Int8Array {
  const random = createRandom(9);
  return Int8Array.from({ length: GRAIN_SIZE }, () => Math.round((random() + random() - 1) * 2));
}

/** Writes part of a linear picture (all rows and columns of `box`) as display bytes with grain. `exposure` multiplies the light. */
export function develop(
  linear: Float32Array,
  width: number,
  box: PixelBox,
  exposure: number,
  grainSeed: number,
  rgb: Uint8Array,
): void {
  const scale = (exposure * STEPS) / WHITE;
  const out = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let y = box.top; y < box.bottom; y++) {
    let g = grainStart(y, grainSeed) + box.left;
    const end = (y * width + box.right) * 3;
    for (let o = (y * width + box.left) * 3; o < end; o += 3, g++) {
      const speck = GRAIN[g & (GRAIN_SIZE - 1)]!;
      const r = (linear[o]! * scale) | 0;
      const v = (linear[o + 1]! * scale) | 0;
      const b = (linear[o + 2]! * scale) | 0;
      out[o] = CURVE[r < STEPS ? r : STEPS]! + speck;
      out[o + 1] = CURVE[v < STEPS ? v : STEPS]! + speck;
      out[o + 2] = CURVE[b < STEPS ? b : STEPS]! + speck;
    }
  }
}
