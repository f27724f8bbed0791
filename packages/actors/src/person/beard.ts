import { createRandom, gaussian } from "#maths/random.js";
import { vertexAt } from "#maths/vector.js";
import type { Head } from "./head.js";
import { accumulateNormals } from "./normals.js";
import type { Person } from "./person.js";
import type { SkinMap } from "./skin.js";

/** Short strands rooted on the face, so that they follow every expression. */
export interface SurfaceStrands {
  readonly strandCount: number;
  readonly pointCount: number;
  /** Three head vertices per strand, and the weights of the first two. */
  readonly rootVertices: Int32Array;
  readonly rootWeights: Float32Array;
  /** x, y, z of every point from its root, in the rest pose of the head. */
  readonly offsets: Float32Array;
  readonly tone: Float32Array;
  readonly thickness: Float32Array;
  readonly rootFade: number;
}

const POINT_COUNT = 4;

/** Beard hairs where the skin map says that a beard grows; stubble is only painted. */
export function growBeard(person: Person, head: Head, skin: SkinMap, share: number): SurfaceStrands | null {
  if (person.beard === "none" || person.beard === "stubble") return null;
  const random = createRandom(person.seed * 43 + 11);
  const { rest, triangles, uv } = head;
  const normals = accumulateNormals(rest, triangles, new Float32Array(rest.length));
  const chosen: number[] = [];
  const massUpTo: number[] = [];
  let mass = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [i, j, k] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const u = (uv[2 * i]! + uv[2 * j]! + uv[2 * k]!) / 3;
    const v = (uv[2 * i + 1]! + uv[2 * j + 1]! + uv[2 * k + 1]!) / 3;
    const grown = skin.beardAt(u, v);
    if (grown < 0.15) continue;
    const [a, b, c] = [vertexAt(rest, i), vertexAt(rest, j), vertexAt(rest, k)];
    const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    mass += grown * Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
    chosen.push(t);
    massUpTo.push(mass);
  }
  const length = person.beard === "full" ? 0.075 + 0.06 * random() : 0.05;
  const strandCount = Math.round(7500 * share * Math.min(1, mass * 1.1));
  const rootVertices = new Int32Array(strandCount * 3);
  const rootWeights = new Float32Array(strandCount * 2);
  const offsets = new Float32Array(strandCount * POINT_COUNT * 3);
  const tone = new Float32Array(strandCount);
  for (let s = 0; s < strandCount; s++) {
    const wanted = random() * mass;
    let low = 0;
    let high = massUpTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (massUpTo[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    const t = chosen[low]!;
    let [u, v] = [random(), random()];
    if (u + v > 1) [u, v] = [1 - u, 1 - v];
    rootVertices.set(triangles.subarray(t, t + 3), 3 * s);
    rootWeights[2 * s] = u;
    rootWeights[2 * s + 1] = v;
    const root = vertexAt(rest, triangles[t]!);
    const n = vertexAt(normals, triangles[t]!);
    // along the skin downwards and outwards, standing off a little
    const down = -1;
    const inward = down * n[1];
    const dx =
      n[0] * (0.55 - inward) + 0.35 * Math.sign(root[0]) * Math.min(1, Math.abs(root[0]) * 4) + 0.14 * gaussian(random);
    const dy = n[1] * (0.55 - inward) + down + 0.15 * gaussian(random);
    const dz = n[2] * (0.55 - inward) + 0.15 * gaussian(random);
    const size = (length * (0.6 + 0.5 * random())) / Math.hypot(dx, dy, dz);
    const curl = 0.18 * gaussian(random);
    for (let k = 0; k < POINT_COUNT; k++) {
      const along = k / (POINT_COUNT - 1);
      const o = (s * POINT_COUNT + k) * 3;
      offsets[o] = dx * size * along + curl * size * along * along;
      offsets[o + 1] = dy * size * along - 0.25 * size * along * along;
      offsets[o + 2] = dz * size * along * (1 - 0.3 * along);
    }
    tone[s] = 0.75 + 0.4 * random();
  }
  return {
    strandCount,
    pointCount: POINT_COUNT,
    rootVertices,
    rootWeights,
    offsets,
    tone,
    thickness: new Float32Array(strandCount).fill(0.95 / Math.sqrt(Math.max(0.1, share))),
    rootFade: 0.35,
  };
}
