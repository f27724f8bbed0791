import { noise3 } from "#maths/noise.js";
import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import type { Person } from "./person.js";

/** Radius of the iris on the unit eyeball. */
export const IRIS_RADIUS = 0.375;
const SIZE = 160;

/** Front view of the eyeball: sclera, iris, pupil; linear RGB floats over -1..1 in both directions. */
export interface EyeMap {
  readonly size: number;
  readonly texels: Float32Array;
}

/** Paints the eye of a person. */
export function paintEye(person: Person): EyeMap {
  const texels = new Float32Array(SIZE * SIZE * 3);
  for (let j = 0; j < SIZE; j++)
    for (let i = 0; i < SIZE; i++) {
      const x = ((i + 0.5) / SIZE) * 2 - 1;
      const y = ((j + 0.5) / SIZE) * 2 - 1;
      const radius = Math.hypot(x, y);
      const angle = Math.atan2(y, x);
      const vein = noise3(Math.cos(angle) * 4, Math.sin(angle) * 4, radius * 9);
      const far = smoothStep(0.45, 1, radius);
      const white = [
        0.54 * (1 - 0.05 * vein),
        0.5 * (1 - 0.2 * far - 0.08 * vein),
        0.475 * (1 - 0.22 * far - 0.08 * vein),
      ];
      const fibre =
        0.6 +
        0.9 * noise3(Math.cos(angle) * 9 + 20, Math.sin(angle) * 9, radius * 5) * smoothStep(0.12, 0.2, radius) +
        0.35 * noise3(Math.cos(angle) * 22, Math.sin(angle) * 22, radius * 9);
      const limbus = 1 - 0.8 * smoothStep(IRIS_RADIUS * 0.7, IRIS_RADIUS, radius);
      const ring = 1 + 0.5 * smoothStep(0.28, 0.16, radius);
      const outsidePupil = smoothStep(0.155, 0.18, radius);
      const inIris = smoothStep(IRIS_RADIUS + 0.035, IRIS_RADIUS - 0.035, radius);
      for (let c = 0; c < 3; c++) {
        const iris = person.iris[c]! * fibre * limbus * ring * outsidePupil * 1.1 + 0.004;
        texels[3 * (j * SIZE + i) + c] = clamp(lerp(white[c]!, iris, inIris));
      }
    }
  return { size: SIZE, texels };
}
