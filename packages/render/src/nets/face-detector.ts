import { readOrientedCrop, type OrientedSquare, type Picture } from "./oriented-crop.js";
import type { NetSession } from "./ort-runtime.js";
import { createTurnQueue } from "./take-turns.js";

/** A face as the detector sees it, in pixels of the picture. */
export interface DetectedFace {
  /** 0-1; faces below 0.5 are not reported. */
  readonly score: number;
  readonly centerX: number;
  readonly centerY: number;
  /** Side of the box from brow to chin, in pixels. */
  readonly sizePixels: number;
  /** Clockwise turn of the line from the right to the left eye. */
  readonly angleRadians: number;
}

/** What a search may cost and find. */
export interface DetectOptions {
  /** Clockwise turn of the picture's contents; 0 default. The detector only knows upright faces (about +-45 degrees). */
  readonly angleRadians?: number;
  /** Also look into four overlapping quarters, where small faces are twice as large; default only when nothing was found. */
  readonly tiles?: "always" | "when-empty" | "never";
}

/** Finds faces in a picture. */
export interface FaceDetector {
  /**
   * Faces, the largest first. About 10 ms, and four times that again when tiles are searched. Searches take turns; the picture
   * must not change until its faces are there.
   */
  detect(picture: Picture, options?: DetectOptions): Promise<DetectedFace[]>;
}

const inputSide = 256;
/** Feature maps of the network: stride in input pixels, anchors per cell. */
const anchorLayers = [
  { stride: 16, perCell: 2 },
  { stride: 32, perCell: 6 },
] as const;
const minimumScore = 0.5;
/** Boxes that share more of their area than this are one face. */
const maximumOverlap = 0.3;

/** Centres of the 896 anchors in input pixels, x and y in turn, in the order of the network's rows. */
function anchorCenters(): Float32Array {
  const centers: number[] = [];
  for (const { stride, perCell } of anchorLayers) {
    for (let y = 0; y < inputSide / stride; y++) {
      for (let x = 0; x < inputSide / stride; x++) {
        for (let k = 0; k < perCell; k++) centers.push(stride * (x + 0.5), stride * (y + 0.5));
      }
    }
  }
  return Float32Array.from(centers);
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Share of the smaller square that lies in the other; near 1 when one lies inside the other. */
function overlap(a: DetectedFace, b: DetectedFace): number {
  const half = (a.sizePixels + b.sizePixels) / 2;
  const smaller = Math.min(a.sizePixels, b.sizePixels);
  const width = Math.min(smaller, half - Math.abs(a.centerX - b.centerX));
  const height = Math.min(smaller, half - Math.abs(a.centerY - b.centerY));
  return width <= 0 || height <= 0 ? 0 : (width * height) / smaller ** 2;
}

/** Keeps the best of every heap of overlapping boxes. */
function suppress(faces: DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of faces.sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(face, other) < maximumOverlap)) kept.push(face);
  }
  return kept.sort((a, b) => b.sizePixels - a.sizePixels);
}

/** Finds faces with BlazeFace (256-pixel, back camera: faces down to about 1/20 of the picture's longer side). */
export function createFaceDetector(session: NetSession): FaceDetector {
  const anchors = anchorCenters();
  const crop = new Float32Array(inputSide * inputSide * 3);
  const input = { values: crop, shape: [1, 3, inputSide, inputSide] };
  const takeTurn = createTurnQueue();

  async function look(picture: Picture, square: OrientedSquare): Promise<DetectedFace[]> {
    readOrientedCrop(picture, square, inputSide, 1 / 127.5, -1, crop);
    const { scores, boxes } = await session.run({ picture: input });
    const scale = square.sizePixels / inputSide;
    const cos = Math.cos(square.angleRadians) * scale;
    const sin = Math.sin(square.angleRadians) * scale;
    const faces: DetectedFace[] = [];
    scores!.values.forEach((logit, i) => {
      const score = sigmoid(logit);
      if (score < minimumScore) return;
      const box = boxes!.values.subarray(i * 16, i * 16 + 16);
      const dx = box[0]! + anchors[2 * i]! - inputSide / 2;
      const dy = box[1]! + anchors[2 * i + 1]! - inputSide / 2;
      faces.push({
        score,
        centerX: square.centerX + dx * cos - dy * sin,
        centerY: square.centerY + dx * sin + dy * cos,
        sizePixels: Math.max(box[2]!, box[3]!) * scale,
        angleRadians: Math.atan2(box[7]! - box[5]!, box[6]! - box[4]!) + square.angleRadians,
      });
    });
    return faces;
  }

  async function detect(
    picture: Picture,
    { angleRadians = 0, tiles = "when-empty" }: DetectOptions,
  ): Promise<DetectedFace[]> {
    const { widthPixels: width, heightPixels: height } = picture;
    const whole = {
      centerX: width / 2 - 0.5,
      centerY: height / 2 - 0.5,
      sizePixels: Math.max(width, height),
      angleRadians,
    };
    const found = await look(picture, whole);
    if (tiles === "always" || (tiles === "when-empty" && found.length === 0)) {
      // Four squares of 0.6 of the longer side: along the longer side for a narrow picture, in the corners for a square one.
      const side = 0.6 * whole.sizePixels;
      const xs = [side / 2, width - side / 2].map((x) =>
        Math.min(Math.max(x, Math.min(side, width) / 2), width - Math.min(side, width) / 2),
      );
      const ys = [side / 2, height - side / 2].map((y) =>
        Math.min(Math.max(y, Math.min(side, height) / 2), height - Math.min(side, height) / 2),
      );
      for (const centerX of new Set(xs)) {
        for (const centerY of new Set(ys))
          found.push(...(await look(picture, { centerX, centerY, sizePixels: side, angleRadians })));
      }
    }
    return suppress(found);
  }

  return { detect: (picture, options = {}) => takeTurn(() => detect(picture, options)) };
}
