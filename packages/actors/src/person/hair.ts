import { noise3 } from '#maths/noise.js';
import { createRandom, gaussian, type Random } from '#maths/random.js';
import { clamp, lerp, smoothStep } from '#maths/scalar.js';
import { normalize, vertexAt, type Vec3 } from '#maths/vector.js';
import { HAIR_RECIPES, type HairRecipe } from './hair-styles.js';
import type { Head } from './head.js';
import { accumulateNormals } from './normals.js';
import type { Person } from './person.js';

/** Strands in rest position that turn with the head. */
export interface HairStrands {
  readonly strandCount: number;
  readonly pointCount: number;
  /** x, y, z of every point, strand after strand from root to tip. */
  readonly points: Float32Array;
  /** Brightness factor per strand. */
  readonly tone: Float32Array;
  /** Width of every strand, relative to a usual one at full detail. */
  readonly thickness: Float32Array;
  /** Share of a strand over which it comes out of the shade at its root. */
  readonly rootFade: number;
}

/** Where a strand starts. */
interface Root {
  readonly position: Vec3;
  readonly normal: Vec3;
  /** 0.5 at the hairline .. 1 deep in the hair. */
  readonly cover: number;
}

/** A usual strand is this part of an eye distance wide. */
const STRANDS_PER_UNIT = 360;
const SKULL_CENTER: Vec3 = [0, 0.12, -1.0];

/** Draws roots spread evenly over the scalp, thinning out towards the hairline. */
function createRootSource(person: Person, head: Head, random: Random): () => Root {
  const { rest, triangles, hairCover } = head;
  const normals = accumulateNormals(rest, triangles, new Float32Array(rest.length));
  const hangs = ['long', 'bob', 'wavy'].includes(person.hairStyle);
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

/** Combing direction of a style at a root, before it is laid along the scalp. */
function combAt(person: Person, [x, y, z]: Vec3, side: number, clump: number, clump2: number): Vec3 {
  const part = Math.sign(person.partX);
  const low = smoothStep(0.85, 0.25, y);
  const front = smoothStep(-0.75, -0.1, z);
  switch (person.hairStyle) {
    case 'short':
      return [
        clump * 0.7 + 0.2 * side * (1 - front) + 0.35 * part * front,
        0.6 * front * (1 - low) - 1.1 * low,
        -0.45 - 0.35 * (1 - front) * 0.7 - 0.35 * low + clump2 * 0.5,
      ];
    case 'side':
      return [
        -part * (x * part > Math.abs(person.partX) ? -1 : 1) * 0.9,
        0.3 * front - (y < 0.3 ? 0.9 : 0) - 0.5 * smoothStep(0.4, 0.75, Math.abs(x)),
        -0.35 - 0.3 * (1 - front) + clump2 * 0.3,
      ];
    case 'buzz':
      return [clump * 0.3, -0.1, 0.2];
    case 'bun':
      return [-x * 1.1, 1.1 * smoothStep(0.9, 0, y), -1.0 - 0.6 * (z + 1.45)];
    case 'curly':
      return [side * 0.4 + clump, 0.15 + clump2, -0.3 - 0.5 * front + clump];
    case 'afro':
      return [clump * 0.4, clump2 * 0.4, clump * 0.3];
    default: {
      // behind the ears hair falls straight down the back
      const back = smoothStep(-0.9, -1.35, z);
      return [side * lerp(1, 0.3, back) + clump * 0.3, -0.05 - 0.6 * back, -0.45 + clump2 * 0.3];
    }
  }
}

/** Half axes of the ellipsoid that stands in for the skull when hair is kept out of it. */
function skullExtent(rest: Float32Array): Vec3 {
  let [x, y, z] = [0, 0, 0];
  for (let i = 0; i < rest.length; i += 3) {
    if (rest[i + 1]! <= 0.1) continue;
    x = Math.max(x, Math.abs(rest[i]!));
    y = Math.max(y, rest[i + 1]! - SKULL_CENTER[1]);
    z = Math.max(z, SKULL_CENTER[2] - rest[i + 2]!);
  }
  return [x, y, z];
}

/** Lets one guide strand grow from its root: combed along the scalp, bent by gravity, kept out of skull, face and neck. */
function growGuide(person: Person, recipe: HairRecipe, extent: Vec3, root: Root, random: Random, out: Float32Array, o: number): void {
  const [x0, y0, z0] = root.position;
  const side = x0 < person.partX + gaussian(random) * 0.03 ? -1 : 1;
  const clump = noise3(x0 * 9 + 3, y0 * 9, z0 * 9) - 0.5;
  const clump2 = noise3(x0 * 5, y0 * 5 + 9, z0 * 5) - 0.5;
  const comb = combAt(person, root.position, side, clump, clump2);
  const n = root.normal;
  const isFree = person.hairStyle === 'curly' || person.hairStyle === 'afro';
  const isCropped = person.hairStyle === 'short' || person.hairStyle === 'side';
  const inward = isFree ? 0 : 0.9 * (comb[0] * n[0] + comb[1] * n[1] + comb[2] * n[2]);
  const atPart = isFree ? 1 : lerp(0.25, 1, smoothStep(0, 0.35, Math.abs(x0 - person.partX)));
  const low = smoothStep(0.85, 0.25, y0);
  const flat = isCropped ? lerp(1, 0.3, Math.max(low, smoothStep(0.35, 0.7, Math.abs(x0)))) : 1;
  const lift = recipe.lift * atPart * flat - inward;
  let [dx, dy, dz] = normalize([n[0] * lift + comb[0], n[1] * lift + comb[1], n[2] * lift + comb[2]]);
  // hair is shorter at the temples and the nape of cropped styles, and at every hairline
  const taper = isCropped ? lerp(1, 0.42, low) : 1;
  const edge = lerp(0.6, 1, smoothStep(0.5, 0.75, root.cover));
  const count = recipe.pointCount;
  const curlyLong = person.hairStyle === 'curly' && fallsBesideFace(person, recipe) ? 2 : 1;
  const step = (recipe.length * curlyLong * taper * (recipe.hangsBesideFace ? 1 : edge) * (0.88 + 0.2 * random()) * (1 + 0.2 * clump)) / (count - 1);
  const thickness = recipe.volume * (0.35 + 0.65 * random()) * (isFree || isCropped ? 1 : atPart);
  const gravity = recipe.gravity * (curlyLong > 1 ? 3.5 : 1);
  const driftX = gaussian(random) * 0.02;
  const driftZ = gaussian(random) * 0.02;
  const phase = 2 * Math.PI * random();
  let [x, y, z] = root.position;
  for (let k = 0; k < count; k++) {
    out[o + 3 * k] = x;
    out[o + 3 * k + 1] = y;
    out[o + 3 * k + 2] = z;
    const t = k / (count - 1);
    dx += driftX;
    dz += driftZ;
    dy -= gravity * (k > 1 ? 1 : 0.35);
    if (recipe.wave && t > 0.2) {
      dx += recipe.wave * 4 * Math.cos(phase + t * 15);
      dz += recipe.wave * 3 * Math.sin(phase * 1.3 + t * 13);
    }
    [dx, dy, dz] = normalize([dx, dy, dz]);
    x += dx * step;
    y += dy * step;
    z += dz * step;
    if (person.hairStyle === 'bun') {
      // combed to a knot at the back of the crown, then wound round it
      const knot: Vec3 = [0, SKULL_CENTER[1] + extent[1] * 0.92, -1.62];
      const [kx, ky, kz] = normalize([knot[0] - x, knot[1] - y, knot[2] - z]);
      const turn = 0.35 * smoothStep(0, 0.45, t);
      [dx, dy, dz] = [lerp(dx, kx, turn), lerp(dy, ky, turn), lerp(dz, kz, turn)];
      const wound = 0.7 * smoothStep(0.55, 0.8, t);
      x = lerp(x, knot[0] + 0.2 * Math.cos(phase + t * 9), wound);
      y = lerp(y, knot[1] + 0.2 * Math.sin(phase * 1.7 + t * 7), wound);
      z = lerp(z, knot[2] + 0.2 * Math.sin(phase + t * 9), wound);
      if (wound > 0.1) continue;
    }
    const base = person.hairStyle === 'bun' ? 0.05 : 0;
    const spread = base + thickness * Math.min(1, t * (isCropped ? 2.5 : 7) + 0.1);
    [x, y, z] = keepClear(person, recipe, extent, [x, y, z], side, spread, thickness);
  }
  smoothStrand(out, o, count);
}

/** Takes the kinks out of a strand; root and tip stay. */
function smoothStrand(points: Float32Array, first: number, count: number): void {
  for (let round = 0; round < 3; round++)
    for (let k = 1; k < count - 1; k++)
      for (let c = first + 3 * k; c < first + 3 * k + 3; c++)
        points[c] = 0.5 * points[c]! + 0.25 * (points[c - 3]! + points[c + 3]!);
}

/** Does the hair fall to the sides of the face instead of over it? */
function fallsBesideFace(person: Person, recipe: HairRecipe): boolean {
  return recipe.hangsBesideFace || (person.hairStyle === 'curly' && person.presentation === 'feminine');
}

/** Moves a point of a strand out of the skull (plus `spread`), the face, the ears and the neck; `side` is where it grows. */
function keepClear(
  person: Person,
  recipe: HairRecipe,
  extent: Vec3,
  point: Vec3,
  side: number,
  spread: number,
  thickness: number,
): Vec3 {
  let [x, y, z] = point;
  const gx = (x - SKULL_CENTER[0]) / (extent[0] + spread);
  const gy = (y - SKULL_CENTER[1]) / (extent[1] + spread);
  const gz = (z - SKULL_CENTER[2]) / (extent[2] + spread);
  const depth = Math.hypot(gx, Math.max(gy, -0.35), gz);
  if (depth < 1) {
    x = SKULL_CENTER[0] + (x - SKULL_CENTER[0]) / depth;
    if (gy > -0.35) y = SKULL_CENTER[1] + (y - SKULL_CENTER[1]) / depth;
    z = SKULL_CENTER[2] + (z - SKULL_CENTER[2]) / depth;
  }
  // a strand that strays across the middle of the face goes back to its own side
  const sign = Math.abs(x) < 0.45 ? side : Math.sign(x);
  if (y < 0.52 && z > -1.6 && fallsBesideFace(person, recipe)) {
    const inner = (lerp(0.56, 0.82, smoothStep(0.52, 0.12, y)) + thickness * 0.5) * smoothStep(-1.6, -1.05, z);
    // above the middle of the forehead a strand stays in the hairline: moved aside it would cross the forehead
    if (Math.abs(x) < 0.4 && y > 0.2 && z > -0.7) y = lerp(y, 0.54, 0.85);
    else if (Math.abs(x) < inner) x = sign * inner;
    if (z > -0.3) z = lerp(z, -0.42 - thickness, 0.5);
    const outer = inner + 0.14 + thickness * 0.8;
    if (y < 0.1 && z > -1.1 && Math.abs(x) > outer) x = lerp(x, sign * outer, 0.45);
  }
  const isCropped = person.hairStyle === 'short' || person.hairStyle === 'side';
  if (isCropped && y < 0.5 && z > -0.6 && Math.abs(x) < 0.72) y = lerp(y, 0.5, 0.8);
  if (y < -1.5) {
    const inside = Math.hypot(x / 1.25, (z + 1.05) / 0.75);
    if (inside < 1 && inside > 0.01) {
      x /= inside ** 0.6;
      z = -1.05 + (z + 1.05) / inside ** 0.6;
    }
  }
  return [x, y, z];
}

interface Guides {
  readonly extent: Vec3;
  readonly roots: readonly Root[];
  readonly points: Float32Array;
}

function growGuides(person: Person, recipe: HairRecipe, head: Head, nextRoot: () => Root, random: Random): Guides {
  const count = recipe.clumping > 0.7 ? 520 : 420;
  const extent = skullExtent(head.rest);
  const roots = Array.from({ length: count }, nextRoot);
  const points = new Float32Array(count * recipe.pointCount * 3);
  roots.forEach((root, g) => growGuide(person, recipe, extent, root, random, points, g * recipe.pointCount * 3));
  return { extent, roots, points };
}

/** The three guides nearest to a root, nearest first, on the same side of the parting where the hair parts. */
function nearestGuides(guides: Guides, [x, y, z]: Vec3, partX: number): { readonly index: number; readonly squared: number }[] {
  const best = [
    { index: 0, squared: Infinity },
    { index: 0, squared: Infinity },
    { index: 0, squared: Infinity },
  ];
  guides.roots.forEach((root, index) => {
    const [gx, gy, gz] = root.position;
    let squared = (gx - x) ** 2 + (gy - y) ** 2 + (gz - z) ** 2;
    if (gx < partX !== x < partX) squared += 0.02;
    if (squared >= best[2]!.squared) return;
    best[2] = { index, squared };
    best.sort((a, b) => a.squared - b.squared);
  });
  return best;
}

/**
 * Grows the hair of a person: a few hundred guides, then thousands of strands that follow their nearest guides and run
 * together to locks; a share of wisps keeps apart. `share` 0..1 of the strands are made, the rest get thicker.
 */
export function growHair(person: Person, head: Head, share: number): HairStrands | null {
  if (person.hairStyle === 'bald') return null;
  const recipe = HAIR_RECIPES[person.hairStyle];
  const random = createRandom(person.seed * 31 + 5);
  const nextRoot = createRootSource(person, head, random);
  const guides = growGuides(person, recipe, head, nextRoot, random);
  const { pointCount } = recipe;
  const topCount = Math.round(recipe.strandCount * share);
  const strandCount = topCount + (recipe.undercoat ? guides.roots.length : 0);
  const points = new Float32Array(strandCount * pointCount * 3);
  const tone = new Float32Array(strandCount);
  const lockTone = guides.roots.map(() => 0.86 + 0.28 * random());
  const thickness = new Float32Array(strandCount).fill(1.15 / Math.sqrt(Math.max(0.1, share)));
  for (let s = 0; s < topCount; s++) {
    const root = nextRoot();
    const near = nearestGuides(guides, root.position, person.partX);
    const weights = near.map((guide) => 1 / (guide.squared + 1e-4));
    const total = weights[0]! + weights[1]! + weights[2]!;
    const isWisp = random() < recipe.wisps;
    const pull = isWisp ? 0 : recipe.clumping * (0.75 + 0.35 * random());
    const stretch = 0.86 + 0.2 * random() + (isWisp ? 0.08 : 0);
    const fuzz = (isWisp ? 0.07 : 0.018) * Math.min(1, recipe.length);
    const [jx, jy, jz] = [gaussian(random) * fuzz, gaussian(random) * fuzz, gaussian(random) * fuzz];
    const phase = 2 * Math.PI * random();
    const curl = recipe.curlRadius * (0.7 + 0.6 * random());
    const nearest = near[0]!.index * pointCount * 3;
    // strands of one lock share their curl, so that curls read as ringlets and not as frizz
    const lockPhase = near[0]!.index * 2.4 + (isWisp ? phase : 0.7 * Math.sin(phase));
    const lift = random();
    const [rx, ry, rz] = root.position;
    const side = rx < person.partX ? -1 : 1;
    for (let k = 0; k < pointCount; k++) {
      const t = k / (pointCount - 1);
      let [x, y, z] = [0, 0, 0];
      for (let g = 0; g < 3; g++) {
        const first = near[g]!.index * pointCount * 3;
        const at = first + 3 * k;
        const w = weights[g]! / total;
        x += w * (guides.points[at]! - guides.points[first]!);
        y += w * (guides.points[at + 1]! - guides.points[first + 1]!);
        z += w * (guides.points[at + 2]! - guides.points[first + 2]!);
      }
      x = rx + x * stretch;
      y = ry + y * stretch;
      z = rz + z * stretch;
      const together = pull * smoothStep(0.05, 1, t);
      x = lerp(x, guides.points[nearest + 3 * k]!, together) + jx * t;
      y = lerp(y, guides.points[nearest + 3 * k + 1]!, together) + jy * t;
      z = lerp(z, guides.points[nearest + 3 * k + 2]!, together) + jz * t;
      if (curl) {
        const turn = lockPhase + t * recipe.curlTurns * 2 * Math.PI;
        const radius = curl * Math.min(1, t * 4);
        x += radius * Math.cos(turn);
        y += radius * 0.7 * Math.sin(turn * 1.0 + 0.6);
        z += radius * Math.sin(turn);
      }
      if (k && (person.hairStyle !== 'bun' || t < 0.5)) {
        const spread = recipe.volume * (0.2 + 0.6 * lift) * Math.min(1, t * 5) + (person.hairStyle === 'bun' ? 0.06 : 0.01);
        [x, y, z] = keepClear(person, recipe, guides.extent, [x, y, z], side, spread, recipe.volume * 0.5);
      }
      const o = (s * pointCount + k) * 3;
      points[o] = x;
      points[o + 1] = y;
      points[o + 2] = z;
    }
    tone[s] = clamp(lockTone[near[0]!.index]! + 0.14 * (random() - 0.5), 0.6, 1.4);
  }
  sortFrontFirst(points, tone, pointCount);
  if (recipe.undercoat) {
    layUndercoat(guides, points.subarray(topCount * pointCount * 3), pointCount);
    for (let s = topCount; s < strandCount; s++) tone[s] = 0.7 * lockTone[s - topCount]!;
    thickness.fill(recipe.undercoat * STRANDS_PER_UNIT, topCount);
  }
  return { strandCount, pointCount, points, tone, thickness, rootFade: Math.min(0.35, 0.16 / recipe.length) };
}

/** The guides themselves, sunk a little into the coat, as broad dark bands: without them the background shines through. */
function layUndercoat(guides: Guides, points: Float32Array, pointCount: number): void {
  points.set(guides.points);
  for (let i = 0; i < points.length; i += 3) {
    const t = ((i / 3) % pointCount) / (pointCount - 1);
    const sink = 1 - 0.04 * Math.min(1, t * 5);
    points[i] = SKULL_CENTER[0] + (points[i]! - SKULL_CENTER[0]) * sink;
    points[i + 2] = SKULL_CENTER[2] + (points[i + 2]! - SKULL_CENTER[2]) * sink;
    if (points[i + 1]! > SKULL_CENTER[1]) points[i + 1] = SKULL_CENTER[1] + (points[i + 1]! - SKULL_CENTER[1]) * sink;
  }
}

/** Orders strands from front to back: drawn in this order, hidden segments are found before they are shaded. */
function sortFrontFirst(points: Float32Array, tone: Float32Array, pointCount: number): void {
  const size = 3 * pointCount;
  const depth = Float32Array.from(tone, (_, s) => {
    let sum = 0;
    for (let k = 2; k < size; k += 3) sum += points[s * size + k]!;
    return sum;
  });
  const order = Array.from(tone, (_, s) => s).sort((a, b) => depth[b]! - depth[a]!);
  const oldPoints = Float32Array.from(points);
  const oldTone = Float32Array.from(tone);
  order.forEach((from, to) => {
    points.set(oldPoints.subarray(from * size, (from + 1) * size), to * size);
    tone[to] = oldTone[from]!;
  });
}
