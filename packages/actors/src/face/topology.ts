import { lerp, smoothStep } from "#maths/scalar.js";
import { isInside, triangulate, type Point } from "./delaunay.js";
import {
  CHIN,
  FACE_OVAL,
  FACE_VERTEX_COUNT,
  FOREHEAD_TOP,
  LEFT_EYE,
  LEFT_EYE_OUTER,
  LOWER_LIP,
  MOUTH_RING,
  RIGHT_EYE,
  RIGHT_EYE_OUTER,
  UPPER_LIP,
  ringOf,
} from "./landmarks.js";
import { MEAN_FACE } from "./mean-face.js";

/** The mean face pitched upright (forehead and chin in one vertical plane), outer eye corners 1 apart, lips closed. */
export const UPRIGHT_FACE: Float64Array = uprightFace();

function uprightFace(): Float64Array {
  const p = Float64Array.from(MEAN_FACE);
  const rise = p[3 * FOREHEAD_TOP + 1]! - p[3 * CHIN + 1]!;
  const angle = -Math.atan2(p[3 * FOREHEAD_TOP + 2]! - p[3 * CHIN + 2]! - 0.03, rise);
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const y = p[3 * i + 1]!;
    const z = p[3 * i + 2]!;
    p[3 * i + 1] = c * y - s * z;
    p[3 * i + 2] = s * y + c * z;
  }
  const unit = 1 / Math.abs(p[3 * LEFT_EYE_OUTER]! - p[3 * RIGHT_EYE_OUTER]!);
  for (let i = 0; i < p.length; i++) p[i] = p[i]! * unit;
  const originY = p[3 * RIGHT_EYE_OUTER + 1]!;
  const originZ = p[3 * 168 + 2]!;
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    p[3 * i + 1] = p[3 * i + 1]! - originY;
    p[3 * i + 2] = p[3 * i + 2]! - originZ;
  }
  // close the lips, inner rows the most
  for (let j = 1; j < 10; j++) {
    const gap = p[3 * UPPER_LIP[3]![j]! + 1]! - p[3 * LOWER_LIP[3]![j]! + 1]! - 0.006;
    [0.15, 0.35, 0.65, 1].forEach((share, row) => {
      const upper = 3 * UPPER_LIP[row]![j]! + 1;
      const lower = 3 * LOWER_LIP[row]![j]! + 1;
      p[upper] = p[upper]! - gap * 0.5 * share;
      p[lower] = p[lower]! + gap * 0.5 * share;
    });
  }
  return p;
}

/** How far every vertex follows the jaw: 1 on the lower lip and the chin, 0 above the mouth line. */
export const JAW_WEIGHT: Float64Array = jawWeight();

function jawWeight(): Float64Array {
  const weight = new Float64Array(FACE_VERTEX_COUNT);
  const mouthY = UPRIGHT_FACE[3 * 61 + 1]!;
  const upper = new Set(UPPER_LIP.flat());
  const lower = new Set(LOWER_LIP.flatMap((row) => row.slice(1, -1)));
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const x = Math.abs(UPRIGHT_FACE[3 * i]!);
    const y = UPRIGHT_FACE[3 * i + 1]! - mouthY;
    const z = UPRIGHT_FACE[3 * i + 2]!;
    let value = smoothStep(0.12, -0.22, y) * smoothStep(-0.95, -0.35, z);
    if (x < 0.3) value = lerp(smoothStep(-0.01, -0.1, y), value, smoothStep(0.2, 0.3, x));
    weight[i] = lower.has(i) ? 1 : upper.has(i) ? 0 : value;
  }
  for (let row = 0; row < 4; row++) {
    const up = UPPER_LIP[row]!;
    const low = LOWER_LIP[row]!;
    for (const corner of [up[0]!, up[10]!]) weight[corner] = 0.4;
    for (const j of [1, 9]) {
      weight[low[j]!] = 0.72;
      weight[up[j]!] = 0.12;
    }
    for (const j of [2, 8]) weight[low[j]!] = 0.93;
  }
  return weight;
}

const FLATTEN_Y = -0.35;
const FLATTEN_Z = -1.5;
/** Radius of the flattened head in radians: the skin map shows this much round its centre. */
export const FLATTEN_RADIUS = 1.35;

/** Equidistant azimuthal map about a point inside the head: a 3D point to skin map coordinates 0..1. */
export function flatten(x: number, y: number, z: number): Point {
  const dy = y - FLATTEN_Y;
  const dz = z - FLATTEN_Z;
  const r = Math.hypot(x, dy);
  const k = r > 1e-9 ? Math.atan2(r, dz) / r : 0;
  return [0.5 + (x * k) / (2 * FLATTEN_RADIUS), 0.5 - (dy * k) / (2 * FLATTEN_RADIUS)];
}

// The lips are opened for the flattening so that they do not overlap. The gap matters: below 0.09 the triangulation
// loses two mouth edges, at 0.16 the mouth corners crease.
const LIP_GAP = 0.1;

/** Skin map coordinates of the 468 vertices. */
export const FACE_UV: Float64Array = faceUv();

function faceUv(): Float64Array {
  const out = new Float64Array(2 * FACE_VERTEX_COUNT);
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const y = UPRIGHT_FACE[3 * i + 1]! - LIP_GAP * JAW_WEIGHT[i]!;
    const [u, v] = flatten(UPRIGHT_FACE[3 * i]!, y, UPRIGHT_FACE[3 * i + 2]!);
    out[2 * i] = u;
    out[2 * i + 1] = v;
  }
  return out;
}

/** Skin map position of one vertex. */
export function uvOf(vertex: number): Point {
  return [FACE_UV[2 * vertex]!, FACE_UV[2 * vertex + 1]!];
}

/** The 852 triangles of the face without the eye and mouth openings, facing the viewer; made by this project. */
export const FACE_TRIANGLES: readonly (readonly [number, number, number])[] = faceTriangles();

/** Neighbours of every vertex along the edges of `FACE_TRIANGLES`. */
export const FACE_NEIGHBOURS: readonly (readonly number[])[] = faceNeighbours();

function faceNeighbours(): (readonly number[])[] {
  const neighbours = Array.from({ length: FACE_VERTEX_COUNT }, () => new Set<number>());
  for (const triangle of FACE_TRIANGLES)
    for (const a of triangle) for (const b of triangle) if (a !== b) neighbours[a]!.add(b);
  return neighbours.map((set) => [...set]);
}

function faceTriangles(): (readonly [number, number, number])[] {
  // a tiny fixed shift breaks ties between mirrored vertices
  const points = Array.from({ length: FACE_VERTEX_COUNT }, (_, i): Point => {
    const [u, v] = uvOf(i);
    return [u + 1e-7 * Math.sin(i * 12.9), v + 1e-7 * Math.cos(i * 7.7)];
  });
  const oval = FACE_OVAL.map(uvOf);
  const holes = [MOUTH_RING, ringOf(RIGHT_EYE.upper, RIGHT_EYE.lower), ringOf(LEFT_EYE.upper, LEFT_EYE.lower)];
  const holePolygons = holes.map((ring) => ring.map(uvOf));
  const out: (readonly [number, number, number])[] = [];
  for (const [i, j, k] of triangulate(points)) {
    const [a, b, c] = [points[i]!, points[j]!, points[k]!];
    const x = (a[0] + b[0] + c[0]) / 3;
    const y = (a[1] + b[1] + c[1]) / 3;
    if (!isInside(oval, x, y) || holePolygons.some((hole) => isInside(hole, x, y))) continue;
    const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
    out.push(area < 0 ? [i, j, k] : [i, k, j]);
  }
  if (out.length !== 852) throw new Error(`face triangulation has ${out.length} triangles, expected 852`);
  return out;
}
