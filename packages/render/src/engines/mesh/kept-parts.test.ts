import { expect, test } from "vitest";
import { canonicalUv, meshVertexCount } from "#face-mesh/topology.js";
import { interocular } from "#face-mesh/mesh-measures.js";
import { leftEyeLandmarks, rightEyeLandmarks } from "#nets/landmark-indices.js";
import { keptWeights, leastKeptShare } from "./kept-parts.js";

/** The middle landmarks of the right lids. */
const [upperLid, lowerLid] = [159, 145];

/** A flat face, left eye open. @param rightGap gap of the right lids in interocular distances. */
function faceWith(rightGap: number): Float32Array {
  const mesh = new Float32Array(3 * meshVertexCount);
  for (let i = 0; i < meshVertexCount; i++) mesh.set(canonicalUv.subarray(2 * i, 2 * i + 2), 3 * i);
  for (const [upper, lower, gap] of [
    [upperLid, lowerLid, rightGap],
    [386, 374, 0.12],
  ] as const) {
    mesh[3 * lower] = mesh[3 * upper]!;
    mesh[3 * lower + 1] = mesh[3 * upper + 1]! + gap * interocular(mesh);
  }
  return mesh;
}

/** Shares on the lid line and on the two halos around it. */
function ringsOf(gap: number, eye: ArrayLike<number> = rightEyeLandmarks): readonly number[] {
  const shares = new Float32Array(meshVertexCount);
  keptWeights(faceWith(gap), shares);
  return [0, 16, 32].map((first) => shares[eye[first + 8]!]!);
}

test("an open eye keeps its lid line and no skin beside it", () => {
  expect(ringsOf(0.12)).toEqual([1, 0, 0]);
  expect(ringsOf(0, leftEyeLandmarks)).toEqual([1, 0, 0]);
});

test("a closed eye keeps its lids, which fade out to the end of the ring around them", () => {
  expect(ringsOf(0)).toEqual([1, 1, Math.fround(leastKeptShare)]);
});

test("while an eye closes its lids come little by little", () => {
  const [, lids, around] = ringsOf(0.04);
  expect(lids).toBeGreaterThan(0.2);
  expect(lids).toBeLessThan(0.8);
  expect(around).toBeCloseTo(lids! * leastKeptShare, 6);
});
