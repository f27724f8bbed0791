import { createRandom, gaussian } from "#maths/random.js";
import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import type { Vec3 } from "#maths/vector.js";
import { growGuides, keepClear, SKULL_CENTER, type Guides } from "./hair-guides.js";
import { createRootSource } from "./hair-roots.js";
import { HAIR_RECIPES } from "./hair-styles.js";
import type { Head } from "./head.js";
import type { Person } from "./person.js";

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

/** A usual strand is this part of an eye distance wide. */
const STRANDS_PER_UNIT = 360;

/** The three guides nearest to a root, nearest first, on the same side of the parting where the hair parts. */
function nearestGuides(
  guides: Guides,
  [x, y, z]: Vec3,
  partX: number,
): { readonly index: number; readonly squared: number }[] {
  const best = [
    { index: 0, squared: Infinity },
    { index: 0, squared: Infinity },
    { index: 0, squared: Infinity },
  ];
  guides.roots.forEach((root, index) => {
    const [gx, gy, gz] = root.position;
    let squared = (gx - x) ** 2 + (gy - y) ** 2 + (gz - z) ** 2;
    if (gx < partX !== x < partX) squared += 0.3;
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
  if (person.hairStyle === "bald") return null;
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
    const leap = 0.08 + (2.2 * recipe.length) / pointCount;
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
      if (k && (person.hairStyle !== "bun" || t < 0.5)) {
        const spread =
          recipe.volume * (0.2 + 0.6 * lift) * Math.min(1, t * 5) + (person.hairStyle === "bun" ? 0.06 : 0.01);
        [x, y, z] = keepClear(person, recipe, guides.extent, [x, y, z], side, spread, recipe.volume * 0.5);
      }
      const o = (s * pointCount + k) * 3;
      // a strand that was moved from one side of the face to the other ends before the leap
      if (k && Math.hypot(x - points[o - 3]!, y - points[o - 2]!, z - points[o - 1]!) > leap)
        [x, y, z] = [points[o - 3]!, points[o - 2]!, points[o - 1]!];
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
