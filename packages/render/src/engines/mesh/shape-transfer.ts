import { applySimilarity, fitSimilarity } from "#face-mesh/similarity-fit.js";
import { distance, headPose, interocular, smoothstep, type HeadPose } from "#face-mesh/mesh-measures.js";
import {
  faceOval,
  lowerLip,
  meshVertexCount,
  mouthCorners,
  rigidLandmarks,
  upperLip,
  upperLipInner,
  lowerLipInner,
} from "#face-mesh/topology.js";
import { leftEyeLandmarks, rightEyeLandmarks } from "#nets/landmark-indices.js";

/**
 * Moves the landmarks of the person in the video to the proportions of the face in the photo, and leaves expression, pose
 * and outline theirs.
 */
export interface ShapeTransfer {
  /** Writes the mesh with the photo's proportions in this frame's pose. */
  apply(mesh: Float32Array, into: Float32Array): void;
}

/**
 * No landmark moves further than this, in interocular distances: proportions that differ more pull the mouth out of shape (an
 * error of its opening of 0.033 instead of 0.024 where a narrow face laughs with a wide one's mouth).
 */
const mostChange = 0.12;

/** Fade of the difference towards the oval, in interocular distances. */
const fadeWidth = 0.45;

/**
 * The difference of both faces is measured in the person's usual pose: that of most frames that are drawn.
 * @param face landmarks of the photo, any scale. @param person landmarks of the person in frames of the segment.
 */
export function createShapeTransfer(face: Float32Array, person: readonly Float32Array[]): ShapeTransfer {
  const usual = usualShape(person);
  const difference = new Float32Array(3 * meshVertexCount);
  applySimilarity(fitSimilarity(face, usual, rigidLandmarks), face, difference);
  for (let i = 0; i < difference.length; i++) difference[i]! -= usual[i]!;
  keepEyeExpression(difference, usual);
  keepMouthExpression(difference);
  const innerness = innernessOf(usual);
  for (let i = 0; i < difference.length; i++) difference[i]! *= innerness[Math.floor(i / 3)]!;
  limitChange(difference, mostChange * interocular(usual));
  return {
    apply(mesh, into) {
      const { rotation: r, scale } = fitSimilarity(usual, mesh, rigidLandmarks);
      into.set(mesh);
      for (let o = 0; o < difference.length; o += 3) {
        const x = difference[o]! * scale;
        const y = difference[o + 1]! * scale;
        const z = difference[o + 2]! * scale;
        into[o]! += r[0]! * x + r[1]! * y + r[2]! * z;
        into[o + 1]! += r[3]! * x + r[4]! * y + r[5]! * z;
        into[o + 2]! += r[6]! * x + r[7]! * y + r[8]! * z;
      }
    },
  };
}

/** Holds each landmark's change below a limit, softly. Depth stays the person's: what a network says of a photo's is a guess. */
function limitChange(difference: Float32Array, limit: number): void {
  for (let o = 0; o < difference.length; o += 3) {
    const length = Math.hypot(difference[o]!, difference[o + 1]!);
    const share = length > 0 ? (limit * Math.tanh(length / limit)) / length : 1;
    difference[o]! *= share;
    difference[o + 1]! *= share;
    difference[o + 2] = 0;
  }
}

/** The mean of many frames: one frame holds an expression, a mean of many hardly any. */
function usualShape(meshes: readonly Float32Array[]): Float32Array {
  const poses = meshes.map(headPose);
  // A turned head hides half of its proportions; frontal frames count most.
  const weights = poses.map(({ yawDegrees }) => Math.max(0.02, Math.cos((yawDegrees * Math.PI) / 180) ** 6));
  const mean = meshes[mostUsual(poses)]?.slice() ?? new Float32Array(3 * meshVertexCount);
  const aligned = new Float32Array(mean.length);
  let weightSum = 0;
  for (const [k, mesh] of meshes.entries()) {
    weightSum += weights[k]!;
    applySimilarity(fitSimilarity(mesh, mean, rigidLandmarks), mesh, aligned);
    for (let i = 0; i < mean.length; i++) mean[i]! += (aligned[i]! - mean[i]!) * (weights[k]! / weightSum);
  }
  return mean;
}

/** Number of the pose that is nearest to the mean of all. */
function mostUsual(poses: readonly HeadPose[]): number {
  const average = (read: (pose: HeadPose) => number) => poses.reduce((sum, pose) => sum + read(pose), 0) / poses.length;
  const [yaw, pitch] = [average((pose) => pose.yawDegrees), average((pose) => pose.pitchDegrees)];
  const away = poses.map(({ yawDegrees, pitchDegrees }) => Math.hypot(yawDegrees - yaw, pitchDegrees - pitch));
  return away.indexOf(Math.min(...away));
}

/** 0 on the oval, 1 from `fadeWidth` inwards. */
export function innernessOf(mesh: Float32Array): Float32Array {
  const unit = interocular(mesh);
  return Float32Array.from({ length: meshVertexCount }, (_, i) => {
    const toOval = Math.min(...faceOval.map((landmark) => distance(mesh, i, landmark)));
    return smoothstep(0, 1, toOval / (fadeWidth * unit));
  });
}

/**
 * Lids move as one with their corners: place, width and slant of the eye become the photo's, its opening stays the
 * person's. The rings around follow less and less.
 */
function keepEyeExpression(difference: Float32Array, mean: Float32Array): void {
  for (const { landmarks, outer, inner } of [
    { landmarks: rightEyeLandmarks, outer: 33, inner: 133 },
    { landmarks: leftEyeLandmarks, outer: 263, inner: 362 },
  ]) {
    const [o, i] = [3 * outer, 3 * inner];
    const [cx, cy] = [(mean[o]! + mean[i]!) / 2, (mean[o + 1]! + mean[i + 1]!) / 2];
    const [mx, my] = [(difference[o]! + difference[i]!) / 2, (difference[o + 1]! + difference[i + 1]!) / 2];
    const mz = (difference[o + 2]! + difference[i + 2]!) / 2;
    // Complex ratio of the new corner-to-corner vector to the old one, less one: how a point of the eye moves with it.
    const [ax, ay] = [mean[i]! - mean[o]!, mean[i + 1]! - mean[o + 1]!];
    const [dx, dy] = [difference[i]! - difference[o]!, difference[i + 1]! - difference[o + 1]!];
    const norm = ax * ax + ay * ay;
    const grow = (dx * ax + dy * ay) / norm;
    const turn = (dy * ax - dx * ay) / norm;
    for (let k = 0; k < 48; k++) {
      const p = 3 * landmarks[k]!;
      const share = k < 16 ? 1 : k < 32 ? 0.75 : 0.35;
      const [x, y] = [mean[p]! - cx, mean[p + 1]! - cy];
      // Along the eye only: what grew across it would open it.
      const along = (grow * (x * ax + y * ay)) / norm;
      const moved = [mx + along * ax - turn * y, my + along * ay + turn * x, mz];
      for (let axis = 0; axis < 3; axis++) difference[p + axis]! += (moved[axis]! - difference[p + axis]!) * share;
    }
  }
}

/**
 * The inner edge of the lips moves as one, so that the mouth stays as open as the person's; each lip keeps its own
 * thickness from the photo; the corners move with the inner edge.
 */
function keepMouthExpression(difference: Float32Array): void {
  const inner = meanOf(difference, [...upperLipInner, ...lowerLipInner]);
  for (const lip of [upperLip, lowerLip]) {
    // Rings of a lip, outer edge first. The outer edge moves away from the inner by the difference in thickness, which is
    // measured on this lip alone: against the middle of the mouth an open mouth would pass for thick lips.
    const rings = lip.length / 4;
    const outer = meanOf(difference, lip.slice(0, rings));
    const edge = meanOf(difference, lip.slice(3 * rings));
    for (let ring = 0; ring < 4; ring++) {
      const share = [1, 0.67, 0.33, 0][ring]!;
      for (const landmark of lip.slice(ring * rings, (ring + 1) * rings)) {
        for (let axis = 0; axis < 3; axis++) {
          difference[3 * landmark + axis] = inner[axis]! + (outer[axis]! - edge[axis]!) * share;
        }
      }
    }
  }
  for (const landmark of [...mouthCorners.right, ...mouthCorners.left]) difference.set(inner, 3 * landmark);
}

function meanOf(values: Float32Array, landmarks: readonly number[]): [number, number, number] {
  const mean: [number, number, number] = [0, 0, 0];
  for (const landmark of landmarks) {
    for (let axis = 0; axis < 3; axis++) mean[axis]! += values[3 * landmark + axis]! / landmarks.length;
  }
  return mean;
}
