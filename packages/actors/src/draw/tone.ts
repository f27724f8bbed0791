import { createRandom } from '#maths/random.js';
import { clamp } from '#maths/scalar.js';

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

function grain(): Int8Array {
  const random = createRandom(9);
  return Int8Array.from({ length: GRAIN_SIZE }, () => Math.round((random() + random() - 1) * 2));
}

/** Writes the rows `top..bottom` of a linear picture as display bytes with grain. `exposure` multiplies the light. */
export function developRows(
  linear: Float32Array,
  width: number,
  top: number,
  bottom: number,
  exposure: number,
  grainSeed: number,
  out: Uint8Array,
): void {
  const scale = (exposure * STEPS) / WHITE;
  for (let y = top; y < bottom; y++) {
    // every row starts elsewhere in the grain, and so does every frame
    let g = Math.imul(y + 1, 40503) + Math.imul(grainSeed + 1, 7919);
    const end = (y + 1) * width * 3;
    for (let o = y * width * 3; o < end; o += 3, g++) {
      const speck = GRAIN[g & (GRAIN_SIZE - 1)]!;
      for (let c = o; c < o + 3; c++) {
        const step = (linear[c]! * scale) | 0;
        const v = CURVE[step < STEPS ? step : STEPS]! + speck;
        out[c] = v < 0 ? 0 : v > 255 ? 255 : v;
      }
    }
  }
}
