import { FACE_VERTEX_COUNT, LOWER_LIP, UPPER_LIP, UPPER_LIP_INNER } from "#face/landmarks.js";
import { FACE_NEIGHBOURS, JAW_WEIGHT, UPRIGHT_FACE } from "#face/topology.js";
import { bump, clamp, smoothStep } from "#maths/scalar.js";
import type { EyeSocket, Look } from "#person/look.js";
import type { ActorState } from "./state.js";

/** The jaw turns by this angle (radians) about an axis in front of the ears when `jaw` is 1. */
export const JAW_ANGLE = 0.3;
/** Height of the jaw axis, in face units. */
export const JAW_AXIS_Y = -0.2;
/** Depth of the jaw axis, in face units. */
export const JAW_AXIS_Z = -0.8;

/** Lids at rest hang a little: without this everybody stares. */
const RESTING_LID = 0.07;

/** Vertices round the mouth (not the lips) with their neighbours: here movements are spread, or the corners crease. */
const SOFT_VERTICES: readonly (readonly [vertex: number, neighbours: readonly number[]])[] = softVertices();

function softVertices(): (readonly [number, readonly number[]])[] {
  const lips = new Set([...UPPER_LIP, ...LOWER_LIP].flat());
  return FACE_NEIGHBOURS.map((neighbours, i) => [i, neighbours] as const).filter(
    ([i]) => !lips.has(i) && UPRIGHT_FACE[3 * i + 1]! < -0.35 && Math.abs(UPRIGHT_FACE[3 * i]!) < 0.75,
  );
}

/** Replaces each movement round the mouth by the mean with its neighbours', a few times. */
function spreadMovement(face: Float64Array, out: Float64Array): void {
  for (let round = 0; round < 3; round++)
    for (const [i, neighbours] of SOFT_VERTICES)
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const j of neighbours) sum += out[3 * j + c]! - face[3 * j + c]!;
        const own = out[3 * i + c]! - face[3 * i + c]!;
        out[3 * i + c] = face[3 * i + c]! + 0.45 * own + (0.55 * sum) / neighbours.length;
      }
}

function closeLids(eye: EyeSocket, blink: number, state: ActorState, out: Float64Array): void {
  const open = 1 - blink;
  const closure = clamp(
    blink + open * (RESTING_LID + 0.12 * state.smile - 0.12 * state.gazeY) + 0.2 * state.squint,
    -0.25,
    1,
  );
  const { upper, lower, crease } = eye.contour;
  for (let j = 1; j < 8; j++) {
    const u = upper[j]! * 3;
    const l = lower[j]! * 3;
    const c = crease[j]! * 3;
    const dx = out[l]! - out[u]!;
    const dy = out[l + 1]! - out[u + 1]!;
    const dz = out[l + 2]! - out[u + 2]!;
    const k = closure * 0.93;
    out[u] = out[u]! + dx * k;
    out[u + 1] = out[u + 1]! + dy * k;
    out[u + 2] = out[u + 2]! + dz * k;
    out[l + 1] = out[l + 1]! - dy * (0.05 * blink + 0.12 * state.squint + 0.1 * state.smile);
    out[c] = out[c]! + dx * k * 0.38;
    out[c + 1] = out[c + 1]! + dy * k * 0.38;
    out[c + 2] = out[c + 2]! + dz * k * 0.3 + 0.012 * blink;
    // lids slide over the eyeball
    for (const v of [u, l]) {
      const x = out[v]! - eye.center[0];
      const y = out[v + 1]! - eye.center[1];
      const z = out[v + 2]! - eye.center[2];
      const reach = eye.radius * 1.045;
      if (x * x + y * y + z * z < reach * reach)
        out[v + 2] = eye.center[2] + Math.sqrt(Math.max(reach * reach - x * x - y * y, z * z));
    }
  }
}

/** The 468 vertices of a face with an expression, before the head turns; written to `out`. */
export function applyExpression(look: Look, state: ActorState, out: Float64Array): void {
  const face = look.face;
  const mouthY = face[3 * UPPER_LIP_INNER + 1]!;
  const cos = Math.cos(state.jaw * JAW_ANGLE);
  const sin = Math.sin(state.jaw * JAW_ANGLE);
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const x0 = face[3 * i]!;
    const y0 = face[3 * i + 1]!;
    const z0 = face[3 * i + 2]!;
    let x = x0;
    let y = y0;
    let z = z0;
    const ax = Math.abs(x);
    const sign = Math.sign(x);
    const follow = JAW_WEIGHT[i]!;
    if (follow > 0 && state.jaw) {
      const yy = y - JAW_AXIS_Y;
      const zz = z - JAW_AXIS_Z;
      y += (JAW_AXIS_Y + cos * yy - sin * zz - y) * follow;
      z += (JAW_AXIS_Z + sin * yy + cos * zz - z) * follow;
    }
    const mouth = bump(y0, mouthY, 0.2) * bump(ax, 0, 0.42);
    x += x * mouth * (0.28 * state.wide - 0.38 * state.round);
    z += mouth * (0.09 * state.round - 0.03 * state.wide) * bump(ax, 0, 0.3);
    if (state.smile) {
      const corner = bump(y0, mouthY, 0.18) * smoothStep(0.06, 0.3, ax) * bump(ax, 0.3, 0.24);
      x += sign * 0.055 * state.smile * corner;
      y += 0.07 * state.smile * corner;
      z -= 0.02 * state.smile * corner;
      const cheek = bump(y0, -0.38, 0.22) * bump(ax, 0.45, 0.22);
      y += 0.032 * state.smile * cheek;
      z += 0.035 * state.smile * cheek;
    }
    if (state.brow)
      y += 0.07 * state.brow * smoothStep(0.08, 0.2, y0) * smoothStep(0.65, 0.35, y0) * smoothStep(0.85, 0.6, ax);
    out[3 * i] = x;
    out[3 * i + 1] = y;
    out[3 * i + 2] = z;
  }
  if (state.round)
    for (let row = 0; row < 4; row++)
      for (let j = 1; j < 10; j++) {
        const part = state.round * 0.02 * (row + 1) * Math.sin((j / 10) * Math.PI);
        const upper = 3 * UPPER_LIP[row]![j]! + 1;
        const lower = 3 * LOWER_LIP[row]![j]! + 1;
        out[upper] = out[upper]! + part * 0.6;
        out[lower] = out[lower]! - part * 0.8;
      }
  spreadMovement(face, out);
  closeLids(look.sockets[0], clamp(state.blinkRight), state, out);
  closeLids(look.sockets[1], clamp(state.blinkLeft), state, out);
}
