import {
  FACE_VERTEX_COUNT,
  LANDMARK_COUNT,
  LEFT_EYE_OUTER,
  LEFT_IRIS,
  LOWER_LIP_INNER,
  RIGHT_EYE_OUTER,
  RIGHT_IRIS,
  UPPER_LIP_INNER,
} from "#face/landmarks.js";
import { IRIS_RADIUS } from "#person/eye-map.js";
import type { PosedModel } from "./pose.js";
import { SAMPLES, type PixelBox, type SampleBuffer } from "./sample-buffer.js";

/** An upright rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is known about one drawn face because it was drawn. */
export interface FaceTruth {
  /** 478 points, x and y in pixels (pixel centres at .5), in the published numbering: 468..472 are the person's right iris, 473..477 the left one. */
  readonly landmarks: Float32Array;
  /** At least half of the face lies inside the picture and turned to the camera by less than 90 degrees. */
  readonly isVisible: boolean;
  /** Share of the face's landmarks inside the picture, 0..1. */
  readonly insideFraction: number;
  /** Share of the face's landmarks behind a prop or behind another actor, 0..1. */
  readonly occludedFraction: number;
  /** Which of the 468 face landmarks these are: 1 covered, 0 not. */
  readonly covered: Uint8Array;
  /** Distance of the inner lips (13 to 14) in three dimensions, divided by the distance of the outer eye corners. */
  readonly mouthOpening: number;
  /** Distance of the lids in the middle of the person's right eye (159 to 145), divided likewise. */
  readonly rightEyeOpening: number;
  /** As `rightEyeOpening`, for the left eye (386 to 374). */
  readonly leftEyeOpening: number;
  /** Mean of both. */
  readonly eyeOpening: number;
  /** Distance of the outer eye corners in pixels as if seen from the front. */
  readonly eyeDistancePixels: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
  /** Box round the 468 face landmarks, may reach out of the picture. */
  readonly faceBox: Box;
  /** Box round all that was drawn of the actor, limited to the picture. */
  readonly actorBox: Box;
}

/** Two landmarks' distance in space. */
function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(
    points[3 * a]! - points[3 * b]!,
    points[3 * a + 1]! - points[3 * b + 1]!,
    points[3 * a + 2]! - points[3 * b + 2]!,
  );
}

function boxOf(landmarks: Float32Array): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    left = Math.min(left, landmarks[2 * i]!);
    right = Math.max(right, landmarks[2 * i]!);
    top = Math.min(top, landmarks[2 * i + 1]!);
    bottom = Math.max(bottom, landmarks[2 * i + 1]!);
  }
  return { left, top, width: right - left, height: bottom - top };
}

const shareOf = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;

/** The truth of a face after another actor, still in the buffer, was drawn over it. */
export function coverTruth(truth: FaceTruth, buffer: SampleBuffer): FaceTruth {
  const { clip, width, id } = buffer;
  const covered = truth.covered.map((flag, i) => {
    const x = Math.floor(truth.landmarks[2 * i]! * SAMPLES);
    const y = Math.floor(truth.landmarks[2 * i + 1]! * SAMPLES);
    if (x < clip.left || x >= clip.right || y < clip.top || y >= clip.bottom) return flag;
    return id[y * width + x] ? 1 : flag;
  });
  return { ...truth, covered, occludedFraction: shareOf(covered) };
}

/** Reads the truth of an actor that has just been drawn; `X`, `Y` are its projected vertices in sample coordinates. */
export function readTruth(
  posed: PosedModel,
  X: Float32Array,
  Y: Float32Array,
  nearness: Float32Array,
  buffer: SampleBuffer,
  drawn: PixelBox,
  pixelsPerUnit: number,
): FaceTruth {
  const { points, model, rotation } = posed;
  const landmarks = new Float32Array(LANDMARK_COUNT * 2);
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    landmarks[2 * i] = X[i]! / SAMPLES;
    landmarks[2 * i + 1] = Y[i]! / SAMPLES;
  }
  for (const part of model.parts)
    if (part.name === "eye") placeIris(landmarks, X, Y, part.firstVertex, part.vertexCount, model.rest, part.eye);
  let inside = 0;
  const covered = new Uint8Array(FACE_VERTEX_COUNT);
  for (let i = 0; i < FACE_VERTEX_COUNT; i++) {
    const x = Math.floor(X[i]!);
    const y = Math.floor(Y[i]!);
    if (x < 0 || y < 0 || x >= buffer.width || y >= buffer.height) continue;
    inside++;
    const id = buffer.id[y * buffer.width + x]!;
    if (
      id > 0 &&
      model.parts[model.partOfTriangle[id - 1]!]!.name === "prop" &&
      buffer.nearness[y * buffer.width + x]! > nearness[i]!
    )
      covered[i] = 1;
  }
  const unit = distance(points, RIGHT_EYE_OUTER, LEFT_EYE_OUTER);
  const rightEyeOpening = distance(points, 159, 145) / unit;
  const leftEyeOpening = distance(points, 386, 374) / unit;
  const degrees = 180 / Math.PI;
  return {
    landmarks,
    isVisible: inside >= FACE_VERTEX_COUNT / 2 && rotation[8]! > 0,
    insideFraction: inside / FACE_VERTEX_COUNT,
    occludedFraction: shareOf(covered),
    covered,
    mouthOpening: distance(points, UPPER_LIP_INNER, LOWER_LIP_INNER) / unit,
    rightEyeOpening,
    leftEyeOpening,
    eyeOpening: (rightEyeOpening + leftEyeOpening) / 2,
    eyeDistancePixels: unit * pixelsPerUnit,
    yawDegrees: Math.atan2(rotation[2]!, rotation[8]!) * degrees,
    pitchDegrees: Math.asin(Math.max(-1, Math.min(1, -rotation[5]!))) * degrees,
    rollDegrees: Math.atan2(rotation[3]!, rotation[4]!) * degrees,
    faceBox: boxOf(landmarks),
    actorBox: { left: drawn.left, top: drawn.top, width: drawn.right - drawn.left, height: drawn.bottom - drawn.top },
  };
}

/** Centre, right, top, left and bottom of an iris, from the eyeball vertices nearest to its edge. */
function placeIris(
  landmarks: Float32Array,
  X: Float32Array,
  Y: Float32Array,
  first: number,
  count: number,
  rest: Float32Array,
  eye: 0 | 1,
): void {
  const base = eye ? LEFT_IRIS : RIGHT_IRIS;
  landmarks[2 * base] = X[first]! / SAMPLES;
  landmarks[2 * base + 1] = Y[first]! / SAMPLES;
  const edge = [
    [IRIS_RADIUS, 0],
    [0, IRIS_RADIUS],
    [-IRIS_RADIUS, 0],
    [0, -IRIS_RADIUS],
  ] as const;
  edge.forEach(([ex, ey], k) => {
    let best = first;
    let least = Infinity;
    for (let i = first; i < first + count; i++) {
      const d = (rest[3 * i]! - ex) ** 2 + (rest[3 * i + 1]! - ey) ** 2;
      if (d < least) [best, least] = [i, d];
    }
    // along the line from the centre to that vertex, at the radius of the iris
    const reach = IRIS_RADIUS / Math.hypot(rest[3 * best]!, rest[3 * best + 1]!);
    landmarks[2 * (base + 1 + k)] = (X[first]! + (X[best]! - X[first]!) * reach) / SAMPLES;
    landmarks[2 * (base + 1 + k) + 1] = (Y[first]! + (Y[best]! - Y[first]!) * reach) / SAMPLES;
  });
}
