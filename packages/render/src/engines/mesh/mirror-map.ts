import { canonicalUv, faceTriangles, meshVertexCount } from "#face-mesh/topology.js";
import { createAffineMaps, solveAffineMaps } from "./affine-maps.js";
import { createSpanList, findSpans } from "./spans.js";
import { warpPlane } from "./warp.js";

/** Draws a plane onto the face with both halves exchanged; outside the mesh it returns what was there. */
export type Mirror = (plane: Float32Array) => Float32Array;

/** For each landmark its partner on the other half of the face; landmarks on the middle line are their own. */
export const mirrorOf: Uint16Array = Uint16Array.from({ length: meshVertexCount }, (_, i) => {
  const u = 1 - canonicalUv[2 * i]!;
  const v = canonicalUv[2 * i + 1]!;
  let best = i;
  let bestDistance = Infinity;
  for (let k = 0; k < meshVertexCount; k++) {
    const distance = (canonicalUv[2 * k]! - u) ** 2 + (canonicalUv[2 * k + 1]! - v) ** 2;
    if (distance < bestDistance) {
      bestDistance = distance;
      best = k;
    }
  }
  return best;
});

/** Prepares to mirror square planes. @param mesh landmarks in pixels of the planes. */
export function createMirror(mesh: Float32Array, side: number): Mirror {
  const vertices = new Float32Array(2 * meshVertexCount);
  const sources = new Float32Array(2 * meshVertexCount);
  for (let i = 0; i < meshVertexCount; i++) {
    const partner = mirrorOf[i]!;
    vertices[2 * i] = mesh[3 * i]!;
    vertices[2 * i + 1] = mesh[3 * i + 1]!;
    sources[2 * i] = mesh[3 * partner]!;
    sources[2 * i + 1] = mesh[3 * partner + 1]!;
  }
  const spans = createSpanList();
  findSpans(vertices, faceTriangles, side, side, spans);
  const maps = createAffineMaps(faceTriangles.length / 3, 2);
  solveAffineMaps(vertices, faceTriangles, sources, maps);
  return (plane) => {
    const out = plane.slice();
    warpPlane(spans, maps, plane, side, out, side);
    return out;
  };
}
