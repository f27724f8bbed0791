import { MOUTH_RING, FACE_VERTEX_COUNT } from "#face/landmarks.js";
import { applySurface } from "#face/subdivide.js";
import { clamp, smoothStep } from "#maths/scalar.js";
import { applyExpression, JAW_ANGLE, JAW_AXIS_Y, JAW_AXIS_Z } from "#motion/expression.js";
import type { ActorState } from "#motion/state.js";
import { accumulateNormals } from "#person/normals.js";
import { CAVITY_ROWS, type Model, type Part } from "./model.js";

// the head turns about this point in the neck
const NECK_Y = -1.35;
const NECK_Z = -1.05;
/** Depth of the mouth behind the lips; deeper, the front of the neck would show in it. */
const CAVITY_DEPTH = 0.27;
/** Below its place by this much, a prop is out of a usual frame. */
const PROP_DROP = 4.5;

/** Row-major rotation by yaw, pitch and roll. */
export function headRotation(state: ActorState): Float64Array {
  const cy = Math.cos(state.yawRadians);
  const sy = Math.sin(state.yawRadians);
  const cp = Math.cos(state.pitchRadians);
  const sp = Math.sin(state.pitchRadians);
  const cr = Math.cos(state.rollRadians);
  const sr = Math.sin(state.rollRadians);
  return Float64Array.of(
    cy * cr + sy * sp * sr,
    -cy * sr + sy * sp * cr,
    sy * cp,
    cp * sr,
    cp * cr,
    -sp,
    -sy * cr + cy * sp * sr,
    sy * sr + cy * sp * cr,
    cy * cp,
  );
}

/** A model in the pose of one moment: positions and normals in eye distances, camera looking along -z. */
export class PosedModel {
  readonly model: Model;
  readonly points: Float32Array;
  readonly normals: Float32Array;
  readonly hair: Float32Array;
  readonly beard: Float32Array;
  rotation: Float64Array = new Float64Array(9);
  offsetX = 0;
  offsetY = 0;
  /** Closure of the person's right and left eye. */
  blink: readonly [number, number] = [0, 0];
  readonly #controls = new Float64Array(3 * FACE_VERTEX_COUNT);
  readonly #face = new Float64Array(3 * FACE_VERTEX_COUNT);
  readonly #fine: Float32Array;
  /** Mouth cavity depth of its vertices: 0 at the lips .. 1 at the back. */
  readonly cavityDepth: Float32Array;

  constructor(model: Model) {
    this.model = model;
    this.points = new Float32Array(model.vertexCount * 3);
    this.normals = new Float32Array(model.vertexCount * 3);
    this.hair = new Float32Array(model.look.hair?.points.length ?? 0);
    this.beard = new Float32Array(model.look.beard?.offsets.length ?? 0);
    this.#fine = new Float32Array(model.look.head.surface.vertexCount * 3);
    this.cavityDepth = new Float32Array(model.vertexCount);
  }

  /** Takes the pose of a state. */
  pose(state: ActorState): void {
    const { model, points } = this;
    this.rotation = headRotation(state);
    this.offsetX = state.offsetX;
    this.offsetY = state.offsetY;
    this.blink = [clamp(state.blinkRight), clamp(state.blinkLeft)];
    points.set(model.rest);
    this.#poseFace(state);
    for (const part of model.parts) {
      if (part.jawFollow) this.#openJaw(part, state.jaw * part.jawFollow);
      if (part.name === "eye") this.#turnEye(part, state);
      if (part.name === "mouth") this.#shapeCavity(part);
      if (part.name === "prop") this.#lowerProp(part, 1 - state.propRaise);
    }
    this.#turnHead();
    accumulateNormals(points, model.triangles, this.normals);
    this.#poseHair();
    this.#poseBeard();
  }

  #poseFace(state: ActorState): void {
    const { look } = this.model;
    const { head, face, controls } = look;
    const points = this.points;
    const fine = this.#fine;
    applyExpression(look, state, this.#face);
    for (let i = 0; i < this.#controls.length; i++) this.#controls[i] = controls[i]! + this.#face[i]! - face[i]!;
    applySurface(head.surface, this.#controls, 3, fine);
    points.set(fine);
    // the skull and neck behind the border follow it, fading out over the rows
    const border = head.surface.border;
    const rows = Math.round(head.rowCount * 0.75);
    for (let k = 0; k < border.length; k++)
      for (let c = 0; c < 3; c++) {
        const moved = fine[3 * border[k]! + c]! - head.rest[3 * border[k]! + c]!;
        if (Math.abs(moved) < 1e-5) continue;
        for (let row = 1; row <= rows; row++) {
          const o = 3 * (head.surface.vertexCount + (row - 1) * border.length + k) + c;
          points[o] = points[o]! + moved * (1 - row / (rows + 1)) ** 2;
        }
      }
  }

  #openJaw(part: Part, jaw: number): void {
    const points = this.points;
    const cos = Math.cos(jaw * JAW_ANGLE);
    const sin = Math.sin(jaw * JAW_ANGLE);
    for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++) {
      const y = points[3 * i + 1]! - JAW_AXIS_Y;
      const z = points[3 * i + 2]! - JAW_AXIS_Z;
      points[3 * i + 1] = JAW_AXIS_Y + cos * y - sin * z;
      points[3 * i + 2] = JAW_AXIS_Z + sin * y + cos * z;
    }
  }

  #turnEye(part: Part, state: ActorState): void {
    const points = this.points;
    const { center, radius } = this.model.look.sockets[part.eye];
    const cosX = Math.cos(state.gazeX * 0.5);
    const sinX = Math.sin(state.gazeX * 0.5);
    const cosY = Math.cos(state.gazeY * 0.4);
    const sinY = Math.sin(state.gazeY * 0.4);
    for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++) {
      const x = points[3 * i]!;
      const y = points[3 * i + 1]!;
      const z = points[3 * i + 2]!;
      const depth = cosY * z - sinY * y;
      points[3 * i] = center[0] + radius * (cosX * x + sinX * depth);
      points[3 * i + 1] = center[1] + radius * (cosY * y + sinY * z);
      points[3 * i + 2] = center[2] + radius * (cosX * depth - sinX * x);
    }
  }

  /** The cavity hangs on the mouth ring; its first row reaches a little under the lips so that no gap shows. */
  #shapeCavity(part: Part): void {
    const points = this.points;
    const fine = this.#fine;
    const count = MOUTH_RING.length;
    let [cx, cy] = [0, 0];
    for (const v of MOUTH_RING) {
      cx += fine[3 * v]! / count;
      cy += fine[3 * v + 1]! / count;
    }
    for (let row = 0; row < CAVITY_ROWS; row++) {
      const t = row / (CAVITY_ROWS - 1);
      const spread = row === CAVITY_ROWS - 1 ? 0 : 1.05 + 0.12 * Math.sin(t * 2.6);
      for (let k = 0; k < count; k++) {
        const vertex = part.firstVertex + row * count + k;
        const v = 3 * MOUTH_RING[k]!;
        const above = k <= 10 ? 0.03 : -0.03;
        points[3 * vertex] = cx + (fine[v]! - cx) * spread;
        points[3 * vertex + 1] = cy + (fine[v + 1]! - cy) * spread + (row ? above : above * 0.2);
        points[3 * vertex + 2] = fine[v + 2]! - 0.015 - CAVITY_DEPTH * t;
        this.cavityDepth[vertex] = t;
      }
    }
  }

  #lowerProp(part: Part, lowered: number): void {
    for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++)
      this.points[3 * i + 1] = this.points[3 * i + 1]! - PROP_DROP * lowered;
  }

  #turnHead(): void {
    const { points, rotation: r, offsetX, offsetY } = this;
    const follow = this.model.headFollow;
    for (let i = 0; i < follow.length; i++) {
      const w = follow[i]!;
      const x = points[3 * i]!;
      const y = points[3 * i + 1]!;
      const z = points[3 * i + 2]!;
      if (w > 0) {
        const dy = y - NECK_Y;
        const dz = z - NECK_Z;
        points[3 * i] = x + (r[0]! * x + r[1]! * dy + r[2]! * dz - x) * w + offsetX;
        points[3 * i + 1] = y + (NECK_Y + r[3]! * x + r[4]! * dy + r[5]! * dz - y) * w + offsetY;
        points[3 * i + 2] = z + (NECK_Z + r[6]! * x + r[7]! * dy + r[8]! * dz - z) * w;
      } else {
        points[3 * i] = x + offsetX;
        points[3 * i + 1] = y + offsetY;
      }
    }
  }

  #poseHair(): void {
    const strands = this.model.look.hair;
    if (!strands) return;
    const { hair, rotation: r, offsetX, offsetY } = this;
    const rest = strands.points;
    for (let o = 0; o < rest.length; o += 3) {
      const x = rest[o]!;
      const y = rest[o + 1]!;
      const z = rest[o + 2]!;
      const w = y > -0.9 ? 1 : smoothStep(-2.2, -0.9, y);
      const dy = y - NECK_Y;
      const dz = z - NECK_Z;
      hair[o] = x + (r[0]! * x + r[1]! * dy + r[2]! * dz - x) * w + offsetX;
      hair[o + 1] = y + (NECK_Y + r[3]! * x + r[4]! * dy + r[5]! * dz - y) * w + offsetY;
      hair[o + 2] = z + (NECK_Z + r[6]! * x + r[7]! * dy + r[8]! * dz - z) * w;
    }
  }

  #poseBeard(): void {
    const strands = this.model.look.beard;
    if (!strands) return;
    const { beard, points, rotation: r } = this;
    const { strandCount, pointCount, rootVertices, rootWeights, offsets } = strands;
    for (let s = 0; s < strandCount; s++) {
      const a = 3 * rootVertices[3 * s]!;
      const b = 3 * rootVertices[3 * s + 1]!;
      const c = 3 * rootVertices[3 * s + 2]!;
      const u = rootWeights[2 * s]!;
      const v = rootWeights[2 * s + 1]!;
      const w = 1 - u - v;
      const x = points[a]! * w + points[b]! * u + points[c]! * v;
      const y = points[a + 1]! * w + points[b + 1]! * u + points[c + 1]! * v;
      const z = points[a + 2]! * w + points[b + 2]! * u + points[c + 2]! * v;
      for (let k = 0; k < pointCount; k++) {
        const o = 3 * (s * pointCount + k);
        const dx = offsets[o]!;
        const dy = offsets[o + 1]!;
        const dz = offsets[o + 2]!;
        beard[o] = x + r[0]! * dx + r[1]! * dy + r[2]! * dz;
        beard[o + 1] = y + r[3]! * dx + r[4]! * dy + r[5]! * dz;
        beard[o + 2] = z + r[6]! * dx + r[7]! * dy + r[8]! * dz;
      }
    }
  }
}
