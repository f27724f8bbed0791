import { noise3 } from "#maths/noise.js";
import type { Random } from "#maths/random.js";
import { smoothStep } from "#maths/scalar.js";
import { normalize, vertexAt, type Vec3 } from "#maths/vector.js";
import type { Head } from "./head.js";
import { accumulateNormals } from "./normals.js";
import type { Person } from "./person.js";

/** Where a strand starts. */
export interface Root {
  readonly position: Vec3;
  readonly normal: Vec3;
  /** 0.5 at the hairline .. 1 deep in the hair. */
  readonly cover: number;
}

/** Draws roots spread evenly over the scalp, thinning out towards the hairline. */
export function createRootSource(person: Person, head: Head, random: Random): () => Root {
  const { rest, triangles, hairCover } = head;
  const normals = accumulateNormals(rest, triangles, new Float32Array(rest.length));
  const hangs = ["long", "bob", "wavy"].includes(person.hairStyle);
  const chosen: number[] = [];
  const areaUpTo: number[] = [];
  let area = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [i, j, k] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    if ((hairCover[i]! + hairCover[j]! + hairCover[k]!) / 3 < 0.42) continue;
    const [a, b, c] = [vertexAt(rest, i), vertexAt(rest, j), vertexAt(rest, k)];
    if (hangs && (a[1] < -0.2 || (a[1] < 0.2 && a[2] > -0.95))) continue;
    const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
    const [vx, vy, vz] = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
    area += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
    chosen.push(t);
    areaUpTo.push(area);
  }
  const sample = (): Root => {
    const wanted = random() * area;
    let low = 0;
    let high = areaUpTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (areaUpTo[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    const t = chosen[low]!;
    let u = random();
    let v = random();
    if (u + v > 1) [u, v] = [1 - u, 1 - v];
    const w = 1 - u - v;
    const [i, j, k] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const blend = (values: Float32Array): Vec3 => {
      const [a, b, c] = [vertexAt(values, i), vertexAt(values, j), vertexAt(values, k)];
      return [a[0] * w + b[0] * u + c[0] * v, a[1] * w + b[1] * u + c[1] * v, a[2] * w + b[2] * u + c[2] * v];
    };
    return {
      position: blend(rest),
      normal: normalize(blend(normals)),
      cover: hairCover[i]! * w + hairCover[j]! * u + hairCover[k]! * v,
    };
  };
  return () => {
    for (let attempt = 0; ; attempt++) {
      const root = sample();
      const [x, y, z] = root.position;
      const edge = root.cover + 0.22 * (noise3(x * 11, y * 11, z * 11) - 0.5);
      if (attempt > 20 || random() < 0.05 + 0.95 * smoothStep(0.44, 0.62, edge)) return root;
    }
  };
}
