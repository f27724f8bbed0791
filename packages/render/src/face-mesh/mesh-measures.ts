import { faceTriangles, lidMiddles, lipMiddles, meshVertexCount, outerEyeCorners } from "./topology.js";

/** Distance of two landmarks in the picture plane. */
export function distance(mesh: Float32Array, a: number, b: number): number {
  return Math.hypot(mesh[3 * a]! - mesh[3 * b]!, mesh[3 * a + 1]! - mesh[3 * b + 1]!);
}

/** Distance of the outer eye corners in space: it does not shrink when the head turns. The unit of all other measures. */
export function interocular(mesh: Float32Array): number {
  const { right, left } = outerEyeCorners;
  return Math.hypot(distance(mesh, right, left), mesh[3 * right + 2]! - mesh[3 * left + 2]!);
}

/** How far the landmarks moved from one frame to another on average, in interocular distances of the first. */
export function meanStep(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let o = 0; o < 3 * meshVertexCount; o += 3)
    sum += Math.hypot(after[o]! - before[o]!, after[o + 1]! - before[o + 1]!);
  return sum / meshVertexCount / interocular(before);
}

/** Gap between the lids over the interocular distance: about 0.10-0.14 open, below 0.03 closed. */
export function eyeOpening(mesh: Float32Array, side: "right" | "left"): number {
  const [upper, lower] = lidMiddles[side];
  return distance(mesh, upper!, lower!) / interocular(mesh);
}

/** Gap between the lips over the interocular distance: below 0.03 closed. */
export function mouthOpening(mesh: Float32Array): number {
  return distance(mesh, lipMiddles[0], lipMiddles[1]) / interocular(mesh);
}

/** How the head is turned. */
export interface HeadPose {
  /** Positive when the person looks to the right edge of the picture. */
  readonly yawDegrees: number;
  /** Positive when the person looks down. */
  readonly pitchDegrees: number;
}

/** Pairs of landmarks that lie level and equally deep on a face seen from the front. */
const levelPairs = [
  [33, 263],
  [133, 362],
  [127, 356],
  [234, 454],
  [61, 291],
  [50, 280],
] as const;
/** A line from brow to chin is this far from upright on a face that looks straight ahead (mean of frontal photos). */
const frontalPitchDegrees = 4;

/** Estimates the turn of the head from the depth of the mesh, good to about 4 degrees. */
export function headPose(mesh: Float32Array): HeadPose {
  let [across, deep] = [0, 0];
  for (const [a, b] of levelPairs) {
    across += distance(mesh, a, b);
    deep += mesh[3 * a + 2]! - mesh[3 * b + 2]!;
  }
  const down = distance(mesh, 10, 152);
  const forward = mesh[3 * 152 + 2]! - mesh[3 * 10 + 2]!;
  const degrees = 180 / Math.PI;
  return {
    yawDegrees: Math.atan2(-deep, across) * degrees,
    pitchDegrees: Math.atan2(forward, down) * degrees - frontalPitchDegrees,
  };
}

const normals = new Float32Array(meshVertexCount * 3);

/**
 * How squarely each vertex faces the camera: 0 at 85 degrees and beyond, 1 from 68 degrees inwards, smooth between.
 * @param into one value a vertex.
 */
export function facingWeights(mesh: Float32Array, into: Float32Array): void {
  normals.fill(0);
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const a = 3 * faceTriangles[t]!;
    const b = 3 * faceTriangles[t + 1]!;
    const c = 3 * faceTriangles[t + 2]!;
    const ux = mesh[b]! - mesh[a]!;
    const uy = mesh[b + 1]! - mesh[a + 1]!;
    const uz = mesh[b + 2]! - mesh[a + 2]!;
    const vx = mesh[c]! - mesh[a]!;
    const vy = mesh[c + 1]! - mesh[a + 1]!;
    const vz = mesh[c + 2]! - mesh[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    addNormal(a, nx, ny, nz);
    addNormal(b, nx, ny, nz);
    addNormal(c, nx, ny, nz);
  }
  for (let i = 0; i < meshVertexCount; i++) {
    const o = 3 * i;
    const length = Math.sqrt(normals[o]! ** 2 + normals[o + 1]! ** 2 + normals[o + 2]! ** 2) || 1;
    // Front faces wind counter-clockwise seen by the camera, which is negative where y points down.
    into[i] = smoothstep(0.08, 0.38, -normals[o + 2]! / length);
  }
}

function addNormal(o: number, x: number, y: number, z: number): void {
  normals[o]! += x;
  normals[o + 1]! += y;
  normals[o + 2]! += z;
}

/** 0 below `from`, 1 above `to`, an S in between. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
