import { leftEyeRing, rightEyeRing } from "#face-mesh/topology.js";

/** Eye on the left of the picture, the other eye, tip of the nose, left and right corner of the mouth: x and y of each in turn. */
export type FivePoints = readonly number[];

/**
 * Where swap models expect the five points, in shares of the crop's side. `arcface_112_v2` is InsightFace's alignment for 112 x 112,
 * `arcface_112_v1` the tighter one before it, `arcface_128` the same as v2 set into 128 x 128, `ffhq_512` that of FFHQ.
 */
export const cropTemplates = {
  arcface_112_v1: [0.3547, 0.4566, 0.6453, 0.4566, 0.5, 0.6115, 0.3791, 0.7769, 0.6209, 0.7769],
  arcface_112_v2: [0.3419, 0.4616, 0.6565, 0.4598, 0.5002, 0.6405, 0.371, 0.8247, 0.6315, 0.8233],
  arcface_128: [0.3617, 0.4039, 0.637, 0.4024, 0.5002, 0.5604, 0.3871, 0.7216, 0.6151, 0.7203],
  ffhq_512: [0.3769, 0.4686, 0.6229, 0.4691, 0.5012, 0.6133, 0.3931, 0.7254, 0.6115, 0.7249],
} as const satisfies Record<string, FivePoints>;

/** Name of an alignment. */
export type CropTemplate = keyof typeof cropTemplates;

const noseTip = 4;
const mouthCorners = { right: 61, left: 291 } as const;

/** The five points of 468 landmarks: eyes are the mean of their lid line, so that a glance or a blink does not move the crop. */
export function fivePointsOf(mesh: Float32Array): FivePoints {
  const at = (landmark: number): [number, number] => [mesh[3 * landmark]!, mesh[3 * landmark + 1]!];
  return [
    ...meanOf(mesh, rightEyeRing),
    ...meanOf(mesh, leftEyeRing),
    ...at(noseTip),
    ...at(mouthCorners.right),
    ...at(mouthCorners.left),
  ];
}

function meanOf(mesh: Float32Array, ring: readonly number[]): [number, number] {
  let [x, y] = [0, 0];
  for (const landmark of ring) {
    x += mesh[3 * landmark]! / ring.length;
    y += mesh[3 * landmark + 1]! / ring.length;
  }
  return [x, y];
}
