import { CHIN } from "#face/landmarks.js";
import { applySurface, subdividedFace, type FaceSurface } from "#face/subdivide.js";
import { FACE_UV, flatten } from "#face/topology.js";
import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { normalize, vertexAt, type Vec3 } from "#maths/vector.js";
import { accumulateNormals } from "./normals.js";
import type { Person } from "./person.js";

/** Face, skull, underside of the jaw and upper neck as one surface; vertices 0..467 are the landmarks. */
export interface Head {
  readonly surface: FaceSurface;
  /** Rows of the skull and neck loft behind the face border. */
  readonly rowCount: number;
  readonly vertexCount: number;
  readonly rest: Float32Array;
  readonly triangles: Int32Array;
  /** Skin map coordinates 0..1. */
  readonly uv: Float32Array;
  /** 0 bare skin .. 0.5 hairline .. 1 deep in the hair; per vertex. */
  readonly hairCover: Float32Array;
  /** Static ambient occlusion from concavity, about 0.35 (deep) .. 1.12 (edge). */
  readonly occlusion: Float32Array;
}

/**
 * Skull, jaw underside and neck: every border vertex of the face runs back along a Bezier curve to a ring round the neck.
 * Border tangents from single neighbours are noisy (a slit in the crown), hence the smoothing along the border.
 */
function loft(surface: FaceSurface, rowCount: number, out: Float32Array): void {
  const border = surface.border;
  const count = border.length;
  const leaving = borderTangents(surface, out);
  const reach = Math.round((7 * count) / 144);
  for (let k = 0; k < count; k++) {
    const [x, y, z] = vertexAt(out, border[k]!);
    const angle = (k / count) * 2 * Math.PI;
    const up = (1 + Math.cos(angle)) / 2; // 1 at the forehead, 0 at the chin
    const sign = k && k !== count / 2 ? Math.sign(x) : 0;
    const phi = (Math.PI * Math.min(k, count - k)) / (count / 2);
    const end: Vec3 = [
      sign * Math.sin(phi) * 0.3,
      lerp(-0.95, -1.02, (1 - Math.cos(phi)) / 2),
      -1.0 - Math.cos(phi) * 0.3,
    ];
    const top = smoothStep(0.4, 0.95, up);
    const bottom = smoothStep(0.62, 0.22, up);
    const side = Math.max(0, 1 - top - bottom);
    const first: Vec3 = [
      top * x * 0.25 + side * sign * 0.14 - bottom * x * 0.1,
      top * 1.3 + side * 0.02 - bottom * 0.07,
      -top * 0.42 - side * 0.72 - bottom * 0.2,
    ];
    const last: Vec3 = [
      top * x * 0.6 + side * sign * 0.42 + bottom * x * 0.3,
      top * 1.5 + side * 0.55 - bottom * 0.12,
      -top * 1.75 - side * 1.05 + bottom * 0.05,
    ];
    const length = Math.hypot(...first);
    let [tx, ty, tz] = [0, 0, 0];
    for (let j = -reach; j <= reach; j++) {
      const t = leaving[(k + j + count) % count]!;
      const w = reach + 1 - Math.abs(j);
      tx += t[0] * w;
      ty += t[1] * w;
      tz += t[2] * w;
    }
    const tangent = normalize([tx, ty, tz]);
    const direction = normalize([
      0.6 * tangent[0] + (0.4 * first[0]) / length,
      0.6 * tangent[1] + (0.4 * first[1]) / length,
      0.6 * tangent[2] + (0.4 * first[2]) / length,
    ]);
    const p0: Vec3 = [x, y, z];
    for (let row = 1; row <= rowCount; row++) {
      const t = row / rowCount;
      const u = 1 - t;
      const o = 3 * (surface.vertexCount + (row - 1) * count + k);
      for (let c = 0; c < 3; c++) {
        const p1 = p0[c]! + direction[c]! * length;
        const p2 = end[c]! + last[c]!;
        out[o + c] = u * u * u * p0[c]! + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t * t * t * end[c]!;
      }
    }
  }
}

/** Direction in which the face surface leaves its border, per border vertex. */
function borderTangents(surface: FaceSurface, points: Float32Array): Vec3[] {
  const place = new Map<number, number>();
  surface.border.forEach((vertex, k) => place.set(vertex, k));
  const inner = Array.from(surface.border, () => new Set<number>());
  const t = surface.triangles;
  for (let i = 0; i < t.length; i += 3)
    for (let a = 0; a < 3; a++) {
      const k = place.get(t[i + a]!);
      if (k === undefined) continue;
      for (let b = 0; b < 3; b++) if (!place.has(t[i + b]!)) inner[k]!.add(t[i + b]!);
    }
  return inner.map((neighbours, k) => {
    let [x, y, z] = [0, 0, 0];
    for (const j of neighbours) {
      x += points[3 * j]! / neighbours.size;
      y += points[3 * j + 1]! / neighbours.size;
      z += points[3 * j + 2]! / neighbours.size;
    }
    const [bx, by, bz] = vertexAt(points, surface.border[k]!);
    return normalize([bx - x, by - y, bz - z]);
  });
}

// height of the hairline over depth, from the forehead round the ear to the nape
const HAIRLINE: readonly (readonly [z: number, y: number])[] = [
  [0.2, 0.66],
  [-0.12, 0.6],
  [-0.4, 0.48],
  [-0.6, 0.3],
  [-0.74, 0.02],
  [-0.9, -0.12],
  [-1.0, 0.1],
  [-1.15, 0.02],
  [-1.3, -0.55],
  [-2.5, -0.95],
];

function hairlineHeight(x: number, z: number, person: Person): number {
  let y = HAIRLINE.at(-1)![1];
  for (let i = 1; i < HAIRLINE.length; i++) {
    const [z0, y0] = HAIRLINE[i]!;
    const [z1, y1] = HAIRLINE[i - 1]!;
    if (z <= z0) continue;
    y = lerp(y0, y1, clamp((z - z0) / (z1 - z0)));
    break;
  }
  const front = smoothStep(-0.5, -0.2, z);
  const temple = smoothStep(0.1, 0.36, Math.abs(x)) * smoothStep(0.72, 0.5, Math.abs(x));
  return y + front * (0.13 * person.recession * temple - 0.02 * smoothStep(0.12, 0, Math.abs(x)));
}

/** Concavity (the vertex lies below its smoothed surroundings) as ambient occlusion. */
function concavity(rest: Float32Array, triangles: Int32Array): Float32Array {
  const count = rest.length / 3;
  const neighbours = Array.from({ length: count }, () => new Set<number>());
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [triangles[i]!, triangles[i + 1]!, triangles[i + 2]!];
    neighbours[a]!.add(b).add(c);
    neighbours[b]!.add(a).add(c);
    neighbours[c]!.add(a).add(b);
  }
  const start = new Int32Array(count + 1);
  const list: number[] = [];
  neighbours.forEach((set, i) => {
    for (const j of set) list.push(j);
    start[i + 1] = list.length;
  });
  const near = Int32Array.from(list);
  const normals = accumulateNormals(rest, triangles, new Float32Array(rest.length));
  const occlusion = new Float32Array(count).fill(1);
  // the finer mesh needs more rounds for the same reach
  const [first, last] = count > 5000 ? [6, 40] : [2, 10];
  let smooth = Float32Array.from(rest);
  for (let round = 1; round <= last; round++) {
    const next = new Float32Array(smooth.length);
    for (let i = 0; i < count; i++) {
      let [x, y, z] = [0, 0, 0];
      const size = start[i + 1]! - start[i]!;
      for (let j = start[i]!; j < start[i + 1]!; j++) {
        const o = 3 * near[j]!;
        x += smooth[o]!;
        y += smooth[o + 1]!;
        z += smooth[o + 2]!;
      }
      const share = size ? 0.5 / size : 0;
      const own = size ? 0.5 : 1;
      next[3 * i] = own * smooth[3 * i]! + share * x;
      next[3 * i + 1] = own * smooth[3 * i + 1]! + share * y;
      next[3 * i + 2] = own * smooth[3 * i + 2]! + share * z;
    }
    smooth = next;
    if (round !== first && round !== last) continue;
    for (let i = 0; i < count; i++) {
      let depth = 0;
      for (let c = 3 * i; c < 3 * i + 3; c++) depth += (smooth[c]! - rest[c]!) * normals[c]!;
      occlusion[i] = occlusion[i]! * clamp(1 - depth * (round === first ? 9 : 7), 0.35, 1.12);
    }
  }
  return occlusion;
}

/** Builds the head round the control points of a face. */
export function buildHead(person: Person, controls: Float64Array, levels: number): Head {
  const surface = subdividedFace(levels);
  const rowCount = levels > 1 ? 26 : 13;
  const count = surface.border.length;
  const vertexCount = surface.vertexCount + rowCount * count;
  const rest = new Float32Array(vertexCount * 3);
  applySurface(surface, controls, 3, rest);
  loft(surface, rowCount, rest);

  const uv = new Float32Array(vertexCount * 2);
  applySurface(surface, FACE_UV, 2, uv);
  for (let i = surface.vertexCount; i < vertexCount; i++) {
    const [u, v] = flatten(...vertexAt(rest, i));
    const reach = Math.hypot(u - 0.5, v - 0.5);
    const k = reach > 0.497 ? 0.497 / reach : 1;
    uv[2 * i] = 0.5 + (u - 0.5) * k;
    uv[2 * i + 1] = 0.5 + (v - 0.5) * k;
  }

  const triangles: number[] = Array.from(surface.triangles);
  const at = (row: number, k: number): number =>
    row === 0 ? surface.border[k % count]! : surface.vertexCount + (row - 1) * count + (k % count);
  for (let row = 0; row < rowCount; row++)
    for (let k = 0; k < count; k++) {
      const [a, b, c, d] = [at(row, k), at(row, k + 1), at(row + 1, k), at(row + 1, k + 1)];
      triangles.push(a, c, b, b, c, d);
    }
  const indices = Int32Array.from(triangles);

  const hairCover = new Float32Array(vertexCount);
  const occlusion = concavity(rest, indices);
  const chinY = rest[3 * CHIN + 1]!;
  for (let i = 0; i < vertexCount; i++) {
    const [x, y, z] = vertexAt(rest, i);
    hairCover[i] = person.hairStyle === "bald" ? 0 : clamp(0.5 + (y - hairlineHeight(x, z, person)) * 4.5);
    if (i < surface.vertexCount || y > chinY + 0.5 || z < -1.3) continue;
    const row = Math.floor((i - surface.vertexCount) / count) / rowCount;
    occlusion[i] = occlusion[i]! * lerp(1, 0.6, Math.min(1, row * 3.25));
  }
  return { surface, rowCount, vertexCount, rest, triangles: indices, uv, hairCover, occlusion };
}
