import { FACE_VERTEX_COUNT, LOWER_LIP, UPPER_LIP } from "#face/landmarks.js";
import { applySurface, subdividedFace } from "#face/subdivide.js";
import { FACE_NEIGHBOURS, UPRIGHT_FACE } from "#face/topology.js";
import { bump, lerp, smoothStep } from "#maths/scalar.js";
import type { Person } from "./person.js";

/** The 468 rest vertices of a person: mean face + named shape directions + smooth symmetric waves + slight asymmetry. */
export function shapeFace(person: Person): Float64Array {
  const out = new Float64Array(3 * FACE_VERTEX_COUNT);
  const s = person.shape;
  const feminine = person.presentation === "feminine";
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const x = UPRIGHT_FACE[3 * i]!;
    const y = UPRIGHT_FACE[3 * i + 1]!;
    const z = UPRIGHT_FACE[3 * i + 2]!;
    const ax = Math.abs(x);
    const sign = Math.sign(x);
    const side = smoothStep(0.3, 0.7, ax);
    // whole face
    let dx = x * (0.035 * s.width + 0.075 * s.jaw * smoothStep(-0.45, -1.1, y) + 0.03 * s.cheek * bump(y, -0.35, 0.3));
    let dy =
      (y + 0.35) * 0.03 * s.length -
      0.05 * s.chin * smoothStep(-0.95, -1.2, y) +
      0.05 * s.forehead * smoothStep(0.25, 0.6, y);
    let dz =
      0.045 * s.chin * smoothStep(-0.85, -1.15, y) * (1 - side) +
      0.03 * s.cheek * bump(y, -0.4, 0.25) * bump(ax, 0.45, 0.2) -
      0.03 * s.jaw * side * smoothStep(-0.5, -1, y) +
      0.02 * s.brow * (feminine ? -0.5 : 1) * bump(y, 0.2, 0.1) * (1 - side);
    // eyes
    const eyeReach = Math.hypot((ax - 0.346) / 0.24, (y - 0.005) / 0.15);
    const eye = Math.exp(-eyeReach * eyeReach * 1.2);
    dx +=
      (x - sign * 0.346) * eye * 0.09 * s.eyeSize +
      sign * 0.018 * s.eyeDistance * bump(ax, 0.35, 0.22) * bump(y, 0, 0.3);
    dy += (y - 0.01) * eye * 0.22 * s.eyeSize + (ax - 0.346) * 0.08 * s.eyeTilt * eye;
    // nose
    const nose = bump(ax, 0, 0.2) * smoothStep(0.12, -0.3, y) * smoothStep(-0.68, -0.5, y);
    dx += x * nose * 0.15 * s.noseWidth;
    dy += -0.045 * s.noseLength * bump(y, -0.42, 0.2) * bump(ax, 0, 0.2);
    dz += (0.03 * s.noseBridge * bump(y, -0.12, 0.2) + 0.04 * s.noseTip * bump(y, -0.4, 0.12)) * bump(ax, 0, 0.13);
    // mouth
    const mouth = bump(y, -0.75, 0.16) * bump(ax, 0, 0.34);
    dx += x * mouth * 0.1 * s.mouthWidth;
    dz += 0.02 * s.lipFullness * mouth;
    dy += (y + 0.75) * mouth * 0.3 * s.lipFullness;
    dy += 0.03 * s.brow * bump(y, 0.22, 0.13) * (feminine ? 1 : -0.3);
    for (const wave of person.waves) {
      const e =
        Math.cos(wave.frequency[0] * ax + wave.phase[0]) *
        Math.cos(wave.frequency[1] * y + wave.phase[1]) *
        Math.cos(wave.frequency[2] * z + wave.phase[2]);
      dx += sign * wave.amplitude[0] * e * Math.min(1, ax * 4);
      dy += wave.amplitude[1] * e;
      dz += wave.amplitude[2] * e;
    }
    out[3 * i] = x + dx + person.asymmetry[0] * Math.sin(2 * y + 1);
    out[3 * i + 1] = y + dy + person.asymmetry[1] * Math.sin(2.2 * x);
    out[3 * i + 2] = z + dz + person.asymmetry[2] * Math.sin(2 * x);
  }
  evenOutDepth(out);
  return out;
}

const LIP_VERTICES: ReadonlySet<number> = new Set([...UPPER_LIP, ...LOWER_LIP].flat());

/** Evens out the depth of the cheeks beside the mouth and of the skin below the nose, where the mean face has a ridge. */
function evenOutDepth(face: Float64Array): void {
  for (let round = 0; round < 5; round++)
    FACE_NEIGHBOURS.forEach((neighbours, i) => {
      if (LIP_VERTICES.has(i)) return;
      const x = Math.abs(UPRIGHT_FACE[3 * i]!);
      const y = UPRIGHT_FACE[3 * i + 1]!;
      const cheek =
        smoothStep(0.16, 0.34, x) * smoothStep(0.82, 0.62, x) * smoothStep(-0.4, -0.6, y) * smoothStep(-1.15, -0.95, y);
      const philtrum = 0.5 * smoothStep(0.24, 0.14, x) * smoothStep(-0.52, -0.57, y) * smoothStep(-0.7, -0.64, y);
      let mean = 0;
      for (const j of neighbours) mean += face[3 * j + 2]! / neighbours.length;
      face[3 * i + 2] = lerp(face[3 * i + 2]!, mean, 0.5 * Math.max(cheek, philtrum));
    });
}

/** Control points whose subdivided surface passes through `face`; found by iteration. */
export function controlsThrough(face: Float64Array, levels: number): Float64Array {
  const surface = subdividedFace(levels);
  const controls = Float64Array.from(face);
  const fine = new Float64Array(surface.vertexCount * 3);
  for (let round = 0; round < 6; round++) {
    applySurface(surface, controls, 3, fine);
    for (let i = 0; i < controls.length; i++) controls[i] = controls[i]! + (face[i]! - fine[i]!) * 0.9;
  }
  return controls;
}
