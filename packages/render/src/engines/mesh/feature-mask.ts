import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { leftBrow, leftEyeRing, lipsOuterRing, rightBrow, rightEyeRing } from "#face-mesh/topology.js";

/** 1 on eyes, brows and lips with the skin close by, 0 elsewhere. @param mesh landmarks in pixels of the square plane. */
export function maskFeatures(mesh: Float32Array, side: number): Float32Array {
  const mask = new Float32Array(side * side);
  for (const ring of [rightEyeRing, leftEyeRing]) fillPolygon(mask, side, side, ringPoints(mesh, ring, 1.5, 2), 1);
  for (const ring of [rightBrow, leftBrow]) fillPolygon(mask, side, side, ringPoints(mesh, ring, 1.02, 1.5), 1);
  fillPolygon(mask, side, side, ringPoints(mesh, lipsOuterRing, 1.1, 1.15), 1);
  return mask;
}
