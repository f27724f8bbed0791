import { leftEyeLandmarks, lipLandmarks, rightEyeLandmarks } from "#nets/landmark-indices.js";
import { leftBrow, meshVertexCount, rightBrow } from "./topology.js";

/** Nostrils and the wings around them: dark holes that say nothing about the light. */
const nostrils = [98, 97, 2, 326, 327, 60, 290, 75, 305, 240, 460, 99, 328, 166, 392, 79, 309, 239, 459, 238, 458, 20, 250];

/**
 * 1 at landmarks on plain skin, 0 on eyes, brows, nostrils and lips. Light and skin colour are compared on plain skin only:
 * a brow in the video must not darken the photo's forehead.
 */
export const plainness: Float32Array = (() => {
  const weights = new Float32Array(meshVertexCount).fill(1);
  // Lid line and the halo beside it, on both sides; brows; lips.
  for (const eye of [rightEyeLandmarks, leftEyeLandmarks]) for (const landmark of eye.subarray(0, 32)) weights[landmark] = 0;
  for (const landmark of [...rightBrow, ...leftBrow, ...lipLandmarks, ...nostrils]) weights[landmark] = 0;
  return weights;
})();
