import { expect, test } from "vitest";
import { mirrorOf } from "#engines/mesh/mirror-map.js";
import {
  canonicalUv,
  faceOval,
  faceTriangles,
  leftEyeRing,
  meshVertexCount,
  mouthRing,
  mouthTriangles,
  rightEyeRing,
} from "./topology.js";

const edgeKey = (a: number, b: number): string => `${Math.min(a, b)}-${Math.max(a, b)}`;

test("the mesh is closed but for the oval and the mouth, and the mouth strip closes the mouth", () => {
  expect(faceTriangles).toHaveLength(880 * 3);
  const uses = new Map<string, number>();
  const count = (triangles: Uint16Array): void => {
    for (let t = 0; t < triangles.length; t += 3) {
      for (let k = 0; k < 3; k++) {
        const key = edgeKey(triangles[t + k]!, triangles[t + ((k + 1) % 3)]!);
        uses.set(key, (uses.get(key) ?? 0) + 1);
      }
    }
  };
  count(faceTriangles);
  const border = new Set([...uses].filter(([, n]) => n === 1).map(([key]) => key));
  const ringEdges = (ring: readonly number[]): string[] => ring.map((a, i) => edgeKey(a, ring[(i + 1) % ring.length]!));
  expect(border).toEqual(new Set([...ringEdges(faceOval), ...ringEdges(mouthRing)]));
  count(mouthTriangles);
  expect([...uses].filter(([, n]) => n === 1)).toHaveLength(faceOval.length);
});

test("all triangles wind the same way", () => {
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => 2 * faceTriangles[t + k]!) as [number, number, number];
    const ux = canonicalUv[b]! - canonicalUv[a]!;
    const uy = canonicalUv[b + 1]! - canonicalUv[a + 1]!;
    const vx = canonicalUv[c]! - canonicalUv[a]!;
    const vy = canonicalUv[c + 1]! - canonicalUv[a + 1]!;
    expect(ux * vy - vx * uy).toBeLessThan(0);
  }
});

test("the mirror map pairs both eyes and is its own inverse", () => {
  expect(rightEyeRing.map((landmark) => mirrorOf[landmark])).toEqual([...leftEyeRing]);
  for (let i = 0; i < meshVertexCount; i++) expect(mirrorOf[mirrorOf[i]!]).toBe(i);
});
