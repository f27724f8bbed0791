import { LOWER_LIP_INNER, UPPER_LIP_INNER } from "#face/landmarks.js";
import { bump, lerp, smoothStep } from "#maths/scalar.js";
import { gridSurface, turnInsideOut, type Surface } from "./grid.js";
import type { Person } from "./person.js";

/** Hair styles that hide the ears. */
export function hidesEars(person: Person): boolean {
  return (
    ["long", "bob", "wavy"].includes(person.hairStyle) ||
    (person.hairStyle === "curly" && person.presentation === "feminine")
  );
}

/** One ear; `side` is -1 for the person's right one. */
export function earSurface(face: Float64Array, side: -1 | 1, detail: number): Surface {
  const x0 = Math.abs(face[3 * 454]!) - 0.01;
  const y0 = face[3 * 234 + 1]! + 0.06;
  const z0 = face[3 * 234 + 2]! - 0.12;
  const surface = gridSurface(detail > 1 ? 28 : 16, detail > 1 ? 12 : 8, true, (u, r) => {
    const angle = u * 2 * Math.PI;
    const top = Math.sin(angle);
    const y = r * 0.3 * (1 + 0.06 * Math.cos(2 * angle)) * top + y0;
    const z = -r * 0.165 * (1 + 0.22 * top) * Math.cos(angle) + z0 - 0.05;
    const out =
      0.035 -
      0.05 * Math.exp(-((r / 0.5) ** 2)) +
      0.025 * bump(r, 0.58, 0.12) +
      0.05 * bump(r, 0.86, 0.13) * smoothStep(-0.8, 0.2, top) +
      0.096 * smoothStep(-0.1, 0.17, z0 - z) -
      (r > 0.93 ? (r - 0.93) * 0.9 : 0);
    return [side * (x0 + out), y, z];
  });
  return side < 0 ? turnInsideOut(surface) : surface;
}

/** Torso vertices around, seam counted twice; a vertex's column is also its map coordinate (in turns, 0 in front). */
export const TORSO_COLUMNS = 73;
/** Torso vertices from neck to hem; the row is the other map coordinate. */
export const TORSO_ROWS = 84;

/** Neck, shoulders and chest, open at the top inside the head and at the bottom. Seam at the back. */
export function torsoSurface(person: Person): Surface {
  const feminine = person.presentation === "feminine";
  const shoulder = feminine ? 0.86 : 1.04;
  const neck = feminine ? 0.43 : 0.52;
  // y, half width, half depth, centre z
  const profile: readonly (readonly [number, number, number, number])[] = [
    // the front of the top row stays behind the open mouth
    [-0.7, neck * 0.8, neck * 0.6, -1.14],
    [-1.0, neck * 0.95, neck * 0.86, -1.02],
    [-1.25, neck, neck * 1.02, -0.99],
    [-1.45, neck * 1.03, neck * 1.04, -1.03],
    [-1.57, neck * 1.14, neck * 1.08, -1.06],
    [-1.67, neck * 1.42, neck * 1.14, -1.08],
    [-1.77, 0.86 * shoulder, 0.6, -1.08],
    [-1.86, 1.16 * shoulder, 0.66, -1.09],
    [-1.98, 1.5 * shoulder, 0.72, -1.1],
    [-2.14, 1.84 * shoulder, 0.78, -1.1],
    [-2.36, 2.06 * shoulder, 0.84, -1.08],
    [-2.7, 2.18 * shoulder, 0.92, -1.04],
    [-3.3, 2.22 * shoulder, 1.0, -1.0],
    [-4.2, 2.2 * shoulder, 1.05, -1.0],
    [-5.6, 2.2 * shoulder, 1.05, -1.0],
  ];
  const last = profile.length - 1;
  return gridSurface(TORSO_COLUMNS, TORSO_ROWS, false, (u, v) => {
    const q = v * last;
    const i = Math.min(last - 1, Math.floor(q));
    const t = q - i;
    // Catmull-Rom through the profile
    const value = (k: 0 | 1 | 2 | 3): number => {
      const [a, b, c, d] = [
        profile[Math.max(0, i - 1)]![k],
        profile[i]![k],
        profile[i + 1]![k],
        profile[Math.min(last, i + 2)]![k],
      ];
      return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
    };
    const y = value(0);
    const c = Math.cos((u - 0.5) * 2 * Math.PI);
    const s = Math.sin((u - 0.5) * 2 * Math.PI);
    const x = Math.sign(s) * Math.abs(s) ** 0.85 * value(1);
    const z = value(3) + Math.sign(c) * Math.abs(c) ** 0.85 * value(2);
    const ax = Math.abs(x);
    const front = smoothStep(0, 0.6, c);
    const collarbone = 0.05 * bump(y, -1.92, 0.06) * smoothStep(0.1, 0.3, ax) * smoothStep(1.4, 0.8, ax) * front;
    const tendonX = lerp(0.36, 0.1, smoothStep(-1.1, -1.8, y));
    const tendon = 0.035 * bump(ax, tendonX, 0.07) * smoothStep(-0.85, -1.1, y) * smoothStep(-1.9, -1.75, y) * front;
    const wave = Math.sin(x * 5 + y * 3 + 2 * Math.sin(x * 1.7 + person.seed));
    const fold =
      0.028 * wave * smoothStep(-2.2, -2.9, y) +
      0.02 * Math.sin(ax * 9 - y * 7) * bump(y, -2.5, 0.4) * bump(ax, 1.5, 0.4);
    return [x, y, z + collarbone + tendon + fold * front];
  });
}

/** Front of a unit eyeball, looking along z; the first row is the pupil's centre. */
export function eyeballSurface(detail: number): Surface {
  return gridSurface(detail > 1 ? 36 : 18, detail > 1 ? 20 : 12, true, (u, v) => {
    const polar = v * 1.35;
    const angle = u * 2 * Math.PI;
    return [Math.sin(polar) * Math.cos(angle), Math.sin(polar) * Math.sin(angle), Math.cos(polar)];
  });
}

/** Width of a row of teeth. */
export const TEETH_WIDTH = 0.44;
/** Teeth in a row. */
export const TEETH_COUNT = 9;

/** A row of teeth as a curved band with one bulge per tooth. */
export function teethSurface(face: Float64Array, isLower: boolean): Surface {
  const y0 = face[3 * UPPER_LIP_INNER + 1]! + (isLower ? -0.005 : 0.075);
  const z0 = face[3 * LOWER_LIP_INNER + 2]!;
  const height = isLower ? 0.085 : 0.115;
  return gridSurface(91, 8, false, (u, v) => {
    const x = (u - 0.5) * TEETH_WIDTH;
    const toGap = 0.5 - Math.abs(((u * TEETH_COUNT) % 1) - 0.5);
    const z =
      z0 - 0.085 - 1.7 * x * x + 0.006 * Math.min(1, toGap * 5) + 0.012 * Math.sin(v * Math.PI) - (isLower ? 0.012 : 0);
    const edge = !isLower && v > 0.85 && toGap < 0.08 ? 0.008 : 0;
    return [x, y0 - height * v + edge, z];
  });
}

/** The front of the tongue. */
export function tongueSurface(face: Float64Array): Surface {
  const y0 = face[3 * UPPER_LIP_INNER + 1]!;
  const z0 = face[3 * UPPER_LIP_INNER + 2]!;
  return gridSurface(24, 12, true, (u, v) => {
    const angle = u * 2 * Math.PI;
    const r = Math.sin((v * Math.PI) / 2);
    return [
      0.16 * r * Math.sin(angle),
      y0 - 0.1 + 0.05 * Math.cos((v * Math.PI) / 2),
      z0 - 0.26 + 0.16 * r * Math.cos(angle),
    ];
  });
}
