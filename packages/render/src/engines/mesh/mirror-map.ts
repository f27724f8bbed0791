import { canonicalUv, faceTriangles, meshVertexCount } from "#face-mesh/topology.js";
import { openKernels } from "#kernels/index.js";
import { createRaster } from "./raster.js";

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
  const kernels = openKernels();
  const raster = createRaster(kernels, faceTriangles, meshVertexCount, 2);
  const [source, target] = [kernels.floats(side * side), kernels.floats(side * side)];
  for (let i = 0; i < meshVertexCount; i++) {
    const partner = mirrorOf[i]!;
    raster.vertices[2 * i] = mesh[3 * i]!;
    raster.vertices[2 * i + 1] = mesh[3 * i + 1]!;
    raster.values[2 * i] = mesh[3 * partner]!;
    raster.values[2 * i + 1] = mesh[3 * partner + 1]!;
  }
  raster.find(side, side);
  const { spans, count, maps } = raster;
  return (plane) => {
    source.set(plane);
    target.set(plane);
    kernels.run.warpPlane(spans, count, maps, source.byteOffset, side, target.byteOffset, side);
    return target.slice();
  };
}
