import { embeddingCenter } from "./embedding-center.js";
import type { FaceMesh } from "./face-landmarks.js";
import { readOrientedCrop, type OrientedSquare, type Picture } from "./oriented-crop.js";
import type { NetSession } from "./ort-runtime.js";
import { createTurnQueue } from "./take-turns.js";

/** 128 numbers of length 1, relative to the mean of many people, that are alike for pictures of one person. */
export type FaceEmbedding = Float32Array;

/**
 * Turns a face into numbers that tell people apart. Used to measure renders, and to tell the people of one video apart and find one
 * of them by a photo; there is no list of people to recognise anybody by.
 */
export interface FaceEmbedder {
  /** About 12 ms. Embeddings take turns; the picture must not change until its own is there. */
  embed(picture: Picture, mesh: FaceMesh): Promise<FaceEmbedding>;
}

const inputSide = 150;

/** Embeds with the 128-number ResNet of dlib and face-api. */
export function createFaceEmbedder(session: NetSession): FaceEmbedder {
  const crop = new Float32Array(inputSide * inputSide * 3);
  const picture = { values: crop, shape: [1, 3, inputSide, inputSide] };
  const takeTurn = createTurnQueue();

  async function embed(from: Picture, mesh: FaceMesh): Promise<FaceEmbedding> {
    readOrientedCrop(from, embedderSquare(mesh), inputSide, 1, 0, crop);
    const { embedding } = await session.run({ picture });
    const direction = toUnitLength(embedding!.values);
    return toUnitLength(direction.map((value, i) => value - embeddingCenter[i]!));
  }

  return { embed: (from, mesh) => takeTurn(() => embed(from, mesh)) };
}

function toUnitLength(values: Float32Array): Float32Array {
  let squares = 0;
  for (const value of values) squares += value * value;
  const scale = 1 / Math.sqrt(squares);
  return values.map((value) => value * scale);
}

/** Cosine of the angle between two embeddings: around 0 for strangers, above 0.68 for 9 of 10 pairs of one person. */
export function similarity(a: FaceEmbedding, b: FaceEmbedding): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Where dlib's training chips (150 pixels, padding 0.25) have these landmarks: 25 + 100 times its mean face shape
 * (`dlib/image_transforms/interpolation.h`, Boost licence).
 */
const chipPoints = [
  { landmark: 33, x: 37.2, y: 46.6 },
  { landmark: 133, x: 58.5, y: 48.2 },
  { landmark: 362, x: 89.6, y: 48.2 },
  { landmark: 263, x: 110.9, y: 46.6 },
  { landmark: 2, x: 74, y: 87.8 },
  { landmark: 61, x: 50.4, y: 103 },
  { landmark: 291, x: 97.6, y: 103 },
] as const;

/** The square whose content lies as the network saw faces in training: least squares over eyes, nose and mouth. */
export function embedderSquare(mesh: FaceMesh): OrientedSquare {
  const n = chipPoints.length;
  let [chipX, chipY, meshX, meshY] = [0, 0, 0, 0];
  for (const { landmark, x, y } of chipPoints) {
    chipX += x / n;
    chipY += y / n;
    meshX += mesh[3 * landmark]! / n;
    meshY += mesh[3 * landmark + 1]! / n;
  }
  let [a, b, norm] = [0, 0, 0];
  for (const { landmark, x, y } of chipPoints) {
    const [px, py, qx, qy] = [x - chipX, y - chipY, mesh[3 * landmark]! - meshX, mesh[3 * landmark + 1]! - meshY];
    a += px * qx + py * qy;
    b += px * qy - py * qx;
    norm += px * px + py * py;
  }
  a /= norm;
  b /= norm;
  const dx = inputSide / 2 - chipX;
  const dy = inputSide / 2 - chipY;
  return {
    centerX: meshX + a * dx - b * dy,
    centerY: meshY + b * dx + a * dy,
    sizePixels: inputSide * Math.hypot(a, b),
    angleRadians: Math.atan2(b, a),
  };
}
