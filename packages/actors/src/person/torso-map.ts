import { planeNoise } from "#maths/noise.js";
import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { TORSO_COLUMNS, TORSO_ROWS } from "./body.js";
import type { Surface } from "./grid.js";
import type { Person } from "./person.js";

/** Skin of the neck and the garment over the torso's own coordinates (round the body, down the body). */
export interface TorsoMap {
  readonly width: number;
  readonly height: number;
  /** Square roots of linear red, green, blue times 255, and gloss times 128. */
  readonly texels: Uint8ClampedArray;
}

/** Paints neckline, collar band, placket and weave. */
export function paintTorso(person: Person, torso: Surface, width: number, height: number): TorsoMap {
  const texels = new Uint8ClampedArray(width * height * 4);
  const { garment, cloth, skin, seed } = person;
  const half = garment === "shirt" ? 0.62 : 0.82;
  const points = torso.points;
  for (let j = 0; j < height; j++) {
    const row = (j / (height - 1)) * (TORSO_ROWS - 1);
    const r0 = Math.min(TORSO_ROWS - 2, Math.floor(row));
    const fr = row - r0;
    for (let i = 0; i < width; i++) {
      const column = (i / (width - 1)) * (TORSO_COLUMNS - 1);
      const c0 = Math.min(TORSO_COLUMNS - 2, Math.floor(column));
      const fc = column - c0;
      const o = 3 * (r0 * TORSO_COLUMNS + c0);
      const below = o + 3 * TORSO_COLUMNS;
      const value = (k: number): number =>
        lerp(lerp(points[o + k]!, points[o + 3 + k]!, fc), lerp(points[below + k]!, points[below + 3 + k]!, fc), fr);
      const x = value(0);
      const y = value(1);
      const z = value(2);
      const drop = Math.max(0, -1.42 - y);
      const deep =
        (garment === "v" ? 0.98 : garment === "shirt" ? 0.85 : 0.6) * lerp(0.55, 1, smoothStep(-1.15, -0.8, z));
      const ax = Math.abs(x);
      const reach =
        garment === "crew"
          ? Math.hypot(x / half, drop / deep)
          : Math.pow((ax / half) ** 1.25 + (drop / deep) ** 1.25, 0.8);
      const bare = (1 - reach) * 0.6; // distance inside the neckline
      const t = 4 * (j * width + i);
      let shade: number;
      let gloss: number;
      const isSkin = bare > 0;
      if (isSkin) {
        shade = (1 + 0.14 * (planeNoise(x * 14 + seed, y * 14) - 0.5)) * lerp(0.5, 1, smoothStep(0, 0.06, bare));
        shade *= 0.66 + 0.34 * smoothStep(-1.3, -1.95, y);
        gloss = 0.45;
      } else {
        const weave = 0.1 * (planeNoise(x * 46, y * 46) - 0.5) + 0.22 * (planeNoise(x * 2.2 + seed, y * 1.4) - 0.5);
        shade = 1 + weave;
        const bandWidth = garment === "shirt" ? 0.15 : 0.07;
        const inBand = bare > -bandWidth;
        if (inBand) shade *= garment === "shirt" ? 1.06 : 0.86 + 0.07 * Math.sin(Math.atan2(x, -drop) * 150);
        shade *= 1 - 0.3 * smoothStep(0.012, 0, Math.abs(bare + bandWidth));
        // shoulder seam, and the buttons and placket of a shirt
        shade *= 1 - 0.16 * smoothStep(0.02, 0, Math.abs(ax - 1.42 + 0.1 * (y + 2)) + (y < -2.9 ? 1 : 0));
        if (garment === "shirt" && z > -0.9 && !inBand) {
          shade *= 1 - 0.2 * smoothStep(0.012, 0, Math.abs(ax - 0.09));
          const button = Math.hypot(x, ((y + 100) % 0.36) - 0.18);
          shade *= button < 0.035 ? 1.5 : 1 - 0.2 * smoothStep(0.05, 0.035, button);
        }
        gloss = 0.06;
      }
      const colour = isSkin ? skin : cloth;
      const cool = isSkin ? 0.96 : 1;
      texels[t] = Math.sqrt(clamp(colour[0] * shade)) * 255;
      texels[t + 1] = Math.sqrt(clamp(colour[1] * shade * cool)) * 255;
      texels[t + 2] = Math.sqrt(clamp(colour[2] * shade * cool)) * 255;
      texels[t + 3] = gloss * 128;
    }
  }
  return { width, height, texels };
}
