import { noise3 } from "#maths/noise.js";
import { gaussian, type Random } from "#maths/random.js";
import { lerp, smoothStep } from "#maths/scalar.js";
import { normalize, type Vec3 } from "#maths/vector.js";
import type { HairRecipe } from "./hair-styles.js";
import type { Root } from "./hair-roots.js";
import type { Head } from "./head.js";
import type { Person } from "./person.js";

/** Middle of the skull. */
export const SKULL_CENTER: Vec3 = [0, 0.12, -1.0];

/** Combing direction of a style at a root, before it is laid along the scalp. */
function combAt(person: Person, [x, y, z]: Vec3, side: number, clump: number, clump2: number): Vec3 {
  const part = Math.sign(person.partX);
  const low = smoothStep(0.85, 0.25, y);
  const front = smoothStep(-0.75, -0.1, z);
  switch (person.hairStyle) {
    case "short":
      return [
        clump * 0.7 + 0.2 * side * (1 - front) + 0.35 * part * front,
        0.6 * front * (1 - low) - 1.1 * low,
        -0.45 - 0.35 * (1 - front) * 0.7 - 0.35 * low + clump2 * 0.5,
      ];
    case "side":
      return [
        -part * (x * part > Math.abs(person.partX) ? -1 : 1) * 0.9,
        0.3 * front - (y < 0.3 ? 0.9 : 0) - 0.5 * smoothStep(0.4, 0.75, Math.abs(x)),
        -0.35 - 0.3 * (1 - front) + clump2 * 0.3,
      ];
    case "buzz":
      return [clump * 0.3, -0.1, 0.2];
    case "bun":
      return [-x * 1.1, 1.1 * smoothStep(0.9, 0, y), -1.0 - 0.6 * (z + 1.45)];
    case "curly":
      return [side * 0.4 + clump, 0.15 + clump2, -0.3 - 0.5 * front + clump];
    case "afro":
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
function growGuide(
  person: Person,
  recipe: HairRecipe,
  extent: Vec3,
  root: Root,
  random: Random,
  out: Float32Array,
  o: number,
): void {
  const [x0, y0, z0] = root.position;
  const side = x0 < person.partX + gaussian(random) * 0.05 ? -1 : 1;
  const clump = noise3(x0 * 9 + 3, y0 * 9, z0 * 9) - 0.5;
  const clump2 = noise3(x0 * 5, y0 * 5 + 9, z0 * 5) - 0.5;
  const comb = combAt(person, root.position, side, clump, clump2);
  const n = root.normal;
  const isFree = person.hairStyle === "curly" || person.hairStyle === "afro";
  const isCropped = person.hairStyle === "short" || person.hairStyle === "side";
  const inward = isFree ? 0 : 0.9 * (comb[0] * n[0] + comb[1] * n[1] + comb[2] * n[2]);
  const curlyLong = person.hairStyle === "curly" && fallsBesideFace(person, recipe) ? 2 : 1;
  const atPart = isFree ? 1 : lerp(0.45, 1, smoothStep(0, 0.3, Math.abs(x0 - person.partX)));
  const low = smoothStep(0.85, 0.25, y0);
  const flat = isCropped ? lerp(1, 0.3, Math.max(low, smoothStep(0.35, 0.7, Math.abs(x0)))) : 1;
  const lift = recipe.lift * (curlyLong > 1 ? 0.55 : 1) * atPart * flat - inward;
  let [dx, dy, dz] = normalize([n[0] * lift + comb[0], n[1] * lift + comb[1], n[2] * lift + comb[2]]);
  // hair is shorter at the temples and the nape of cropped styles, and at every hairline
  const taper = isCropped ? lerp(1, 0.42, low) : 1;
  const edge = lerp(0.6, 1, smoothStep(0.5, 0.75, root.cover));
  const count = recipe.pointCount;
  const step =
    (recipe.length *
      curlyLong *
      taper *
      (recipe.hangsBesideFace ? 1 : edge) *
      (0.88 + 0.2 * random()) *
      (1 + 0.2 * clump)) /
    (count - 1);
  const thickness = recipe.volume * (0.35 + 0.65 * random()) * (isFree || isCropped ? 1 : atPart);
  const gravity = recipe.gravity * (curlyLong > 1 ? 6 : 1);
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
    if (person.hairStyle === "bun") {
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
    const base = person.hairStyle === "bun" ? 0.05 : 0;
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
  return recipe.hangsBesideFace || (person.hairStyle === "curly" && person.presentation === "feminine");
}

/** Moves a point of a strand out of the skull (plus `spread`), the face, the ears and the neck; `side` is where it grows. */
export function keepClear(
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
  const isCropped = person.hairStyle === "short" || person.hairStyle === "side";
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

/** A few hundred strands that lead the others. */
export interface Guides {
  readonly extent: Vec3;
  readonly roots: readonly Root[];
  readonly points: Float32Array;
}

/** Grows the guides of a person. */
export function growGuides(
  person: Person,
  recipe: HairRecipe,
  head: Head,
  nextRoot: () => Root,
  random: Random,
): Guides {
  const count = recipe.clumping > 0.7 ? 520 : 420;
  const extent = skullExtent(head.rest);
  const roots = Array.from({ length: count }, nextRoot);
  const points = new Float32Array(count * recipe.pointCount * 3);
  roots.forEach((root, g) => growGuide(person, recipe, extent, root, random, points, g * recipe.pointCount * 3));
  return { extent, roots, points };
}
