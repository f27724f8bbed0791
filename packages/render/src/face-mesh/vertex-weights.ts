import { leftEyeLandmarks, lipLandmarks, rightEyeLandmarks } from "#nets/landmark-indices.js";
import { leftBrow, meshVertexCount, rightBrow } from "./topology.js";

/** Nostrils and the wings around them: dark holes that say nothing about the light. */
const nostrils = [
  98, 97, 2, 326, 327, 60, 290, 75, 305, 240, 460, 99, 328, 166, 392, 79, 309, 239, 459, 238, 458, 20, 250,
];

/**
 * 1 at landmarks on plain skin, 0 on eyes, brows, nostrils and lips. Light and skin colour are compared on plain skin only:
 * a brow in the video must not darken the photo's forehead.
 */
export const plainness: Float32Array = (() => {
  const weights = new Float32Array(meshVertexCount).fill(1);
  // Lid line and the halo beside it, on both sides; brows; lips.
  for (const eye of [rightEyeLandmarks, leftEyeLandmarks])
    for (const landmark of eye.subarray(0, 32)) weights[landmark] = 0;
  for (const landmark of [...rightBrow, ...leftBrow, ...lipLandmarks, ...nostrils]) weights[landmark] = 0;
  return weights;
})();

/** Places that fold with expression: forehead and between the brows, nose wing to chin, beside the eyes. */
const folding = [
  // Forehead.
  9, 8, 151, 108, 337, 69, 299, 104, 333, 68, 298, 107, 336, 66, 296, 105, 334, 55, 285, 193, 417, 10, 67, 297, 109,
  338,
  // Nasolabial folds and cheeks.
  36, 266, 206, 426, 203, 423, 205, 425, 216, 436, 207, 427, 212, 432, 214, 434, 165, 391, 92, 322, 186, 410, 57, 287,
  187, 411, 50, 280, 101, 330, 100, 329, 142, 371, 192, 416, 213, 433, 147, 376, 123, 352, 202, 422, 43, 273, 106, 335,
  204, 424,
  // Chin.
  18, 83, 313, 182, 406, 194, 418, 200, 201, 421, 199, 208, 428, 32, 262, 211, 431, 210, 430, 135, 364,
  // Beside the eyes.
  226, 446, 35, 265, 124, 353, 143, 372, 111, 340, 116, 345,
];

/** 1 at landmarks whose skin folds, 0 elsewhere: nose, temples, outline. */
export const foldedness: Float32Array = (() => {
  const weights = new Float32Array(meshVertexCount);
  for (const landmark of folding) weights[landmark] = 1;
  return weights;
})();
