import { leftEyeLandmarks, rightEyeLandmarks } from "#nets/landmark-indices.js";
import { eyeOpening, smoothstep } from "#face-mesh/mesh-measures.js";
import {
  faceTriangles,
  leftEyeRing,
  lowerLip,
  meshVertexCount,
  mouthRing,
  mouthTriangles,
  rightEyeRing,
  upperLip,
} from "#face-mesh/topology.js";

/**
 * Eyes and the inside of the mouth stay the person's own pixels, moved to where the mesh now has them: gaze, teeth and
 * tongue cannot come from a photo. While the person blinks the lids stay theirs too, because the photo's are open.
 */

/** Triangles of the face that may show the person's own pixels: eyes, the lids around them, the mouth. */
export const keptTriangles: Uint16Array = (() => {
  // The lid line and two halos on each side: the first 48 of the refined eye landmarks, which go outwards ring by ring.
  const around = new Set([...rightEyeLandmarks.subarray(0, 48), ...leftEyeLandmarks.subarray(0, 48)]);
  const lips = new Set<number>([...mouthRing, ...innerHalf(upperLip), ...innerHalf(lowerLip)]);
  const chosen: number[] = [...mouthTriangles];
  for (let t = 0; t < faceTriangles.length; t += 3) {
    const corners = [...faceTriangles.subarray(t, t + 3)];
    if (corners.every((corner) => around.has(corner)) || corners.some((corner) => lips.has(corner)))
      chosen.push(...corners);
  }
  return Uint16Array.from(chosen);
})();

/** The inner two of a lip's four rings. */
function innerHalf(lip: readonly number[]): readonly number[] {
  return lip.slice(lip.length / 2);
}

/**
 * Share of the person's own pixels on each ring of a lip, outer edge first: how a lip meets the teeth cannot come from a photo
 * with closed lips, its shape and colour can.
 */
const lipShares = [0, 0.2, 0.75, 1] as const;

const mouthCornerShares = [
  ...[62, 292].map((landmark) => ({ landmark, share: 1 })),
  ...[76, 306, 95, 324, 191, 415].map((landmark) => ({ landmark, share: 1 })),
];

/** Shares below this show nothing of the person: an open eye keeps its lid line, not the skin beside it. */
export const leastKeptShare = 0.45;

/** Lid gap over the interocular distance below which the photo's lid begins to give way, and where it has. */
const blink = { begins: 0.06, complete: 0.025 } as const;

/**
 * Share of the person's own pixels at each landmark: 1 on the lid line and the inner edge of the lips, 0 outside the lips;
 * towards a blink also on the lids. The painter steepens what lies between.
 */
export function keptWeights(mesh: Float32Array, into: Float32Array): void {
  into.fill(0, 0, meshVertexCount);
  for (const landmark of mouthRing) into[landmark] = 1;
  for (const lip of [upperLip, lowerLip]) {
    const ring = lip.length / 4;
    for (let k = 0; k < lip.length; k++) into[lip[k]!] = lipShares[Math.floor(k / ring)]!;
  }
  // Corners of the mouth are dark in a photo when its lips are not quite closed.
  for (const { landmark, share } of mouthCornerShares) into[landmark] = share;
  for (const { landmarks, ring, side } of [
    { landmarks: rightEyeLandmarks, ring: rightEyeRing, side: "right" },
    { landmarks: leftEyeLandmarks, ring: leftEyeRing, side: "left" },
  ] as const) {
    const closed = 1 - smoothstep(blink.complete, blink.begins, eyeOpening(mesh, side));
    for (const landmark of ring) into[landmark] = 1;
    for (let k = 16; k < 32; k++) into[landmarks[k]!] = closed;
    // A closed lid, which is lighter or darker than the photo's, fades out over the whole ring.
    for (let k = 32; k < 48; k++) into[landmarks[k]!] = leastKeptShare * closed;
  }
}
