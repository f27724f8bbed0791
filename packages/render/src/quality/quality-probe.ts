import type { DrawnFace } from "#engines/face-engine.js";
import { eyeOpening, interocular, mouthOpening } from "#face-mesh/mesh-measures.js";
import type { PlanarFrame, RgbImage } from "#model/image.js";
import { similarity, type FaceEmbedder, type FaceEmbedding } from "#nets/face-embedder.js";
import { squareAround, type FaceLandmarks } from "#nets/face-landmarks.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { maxBackgroundChange } from "./background-change.js";
import type { QualitySample } from "./quality-sample.js";
import { createSteadinessMeter } from "./steadiness.js";

/** Who the photo shows, for comparison; in memory only, never kept. */
export type PhotoIdentity = FaceEmbedding;

/** The networks that quality is measured with, once a thread. */
export interface QualityMeter {
  /** Embeds the face of an accepted photo; undefined when it cannot be found again. */
  identify(photo: RgbImage): Promise<PhotoIdentity | undefined>;
  /** Starts a probe; without an identity it tells everything but nearness to the photo. */
  openProbe(photoIdentity: PhotoIdentity | undefined): QualityProbe;
  /** Gives the networks back; idempotent. */
  close(): void;
}

/** Looks at frames before and after a face was drawn on them, and measures every tenth. One per region. */
export interface QualityProbe {
  /**
   * Remembers a frame that is about to be drawn on: a copy of its luma, and of its colour when it will be measured.
   * @returns whether this frame will be measured.
   */
  before(frame: PlanarFrame, frameNumber: number): boolean;
  /**
   * Looks at the same frame after drawing; the next `before` waits for it.
   * @param drawn undefined when the frame stayed as it is.
   */
  after(frame: PlanarFrame, drawn: DrawnFace | undefined, isSampled: boolean): Promise<void>;
  /** Everything measured so far. */
  samples(): QualitySample[];
}

/** One frame in this many is measured. */
const sampleEvery = 10;
/** Embedding is the dear part (25 ms): the drawn face at every third sample, the unchanging original at every ninth. */
const embedEvery = 3;
const originalEvery = 9;

/** Loads the meter. It shares the networks of its thread with the engine. */
export async function openQualityMeter(): Promise<QualityMeter> {
  const nets = leaseFaceNets();
  const [landmarks, embedder] = await Promise.all([nets.landmarks(), nets.embedder()]);
  return {
    async identify(photo) {
      // Most threads are told who the photo shows, and need no detector: 30 MB.
      const detector = await nets.detector();
      const [face] = await detector.detect(photo, { tiles: "when-empty" });
      if (face === undefined) return undefined;
      const { mesh } = await landmarks.read(photo, { ...face, sizePixels: 1.5 * face.sizePixels });
      return embedder.embed(photo, mesh);
    },
    openProbe: (photoIdentity) => createProbe(landmarks, embedder, photoIdentity),
    close: () => nets.release(),
  };
}

function createProbe(
  landmarks: FaceLandmarks,
  embedder: FaceEmbedder,
  photoIdentity: PhotoIdentity | undefined,
): QualityProbe {
  const meter = createSteadinessMeter();
  const samples: QualitySample[] = [];
  let copy: PlanarFrame | undefined;
  let original: FaceEmbedding | undefined;
  let swapped = 0;
  let current = 0;

  async function measure(source: PlanarFrame, frame: PlanarFrame, drawn: DrawnFace): Promise<QualitySample> {
    const base = {
      frameNumber: current,
      maxBackgroundChange: maxBackgroundChange(source, frame, drawn.box),
      steadiness: meter.take(),
    };
    const before = drawn.landmarks?.tracked;
    if (before === undefined) return base;
    const { mesh: after, presence } = await landmarks.read(frame, squareAround(before, 1.5));
    if (presence < 0.5) return base;
    return {
      ...base,
      ...(samples.length % embedEvery === 0 && (await identify(source, before, frame, after))),
      landmarkError: meanDistance(before, after) / interocular(before),
      mouthOpeningError: Math.abs(mouthOpening(before) - mouthOpening(after)),
      eyeOpeningError:
        (Math.abs(eyeOpening(before, "right") - eyeOpening(after, "right")) +
          Math.abs(eyeOpening(before, "left") - eyeOpening(after, "left"))) /
        2,
    };
  }

  async function identify(
    source: PlanarFrame,
    before: Float32Array,
    frame: PlanarFrame,
    after: Float32Array,
  ): Promise<Partial<QualitySample>> {
    if (original === undefined || samples.length % originalEvery === 0) original = await embedder.embed(source, before);
    const embedding = await embedder.embed(frame, after);
    return {
      similarityToOriginal: similarity(embedding, original),
      ...(photoIdentity && {
        similarityToPhoto: similarity(embedding, photoIdentity),
        photoToOriginal: similarity(original, photoIdentity),
      }),
    };
  }

  return {
    before(frame, frameNumber) {
      current = frameNumber;
      // The middle of each ten: the first frames of a shot are not typical.
      const isSampled = swapped % sampleEvery === sampleEvery / 2;
      copy = copyInto(copy, frame, isSampled);
      return isSampled;
    },
    async after(frame, drawn, isSampled) {
      swapped++;
      if (drawn === undefined || copy === undefined) return;
      if (drawn.landmarks) meter.add(copy, frame, drawn.landmarks);
      if (isSampled) samples.push(await measure(copy, frame, drawn));
    },
    samples: () => [...samples],
  };
}

/** Copies a frame into a buffer of its own, reused while the layout stays. Without colour, the copy's is an older frame's. */
function copyInto(copy: PlanarFrame | undefined, frame: PlanarFrame, hasColour: boolean): PlanarFrame {
  const fits =
    copy?.y.length === frame.y.length && copy.u.length === frame.u.length && copy.lumaStride === frame.lumaStride;
  if (!fits) return { ...frame, y: new Uint8Array(frame.y), u: new Uint8Array(frame.u), v: new Uint8Array(frame.v) };
  copy.y.set(frame.y);
  if (hasColour) {
    copy.u.set(frame.u);
    copy.v.set(frame.v);
  }
  return copy;
}

function meanDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let o = 0; o < a.length; o += 3) sum += Math.sqrt((a[o]! - b[o]!) ** 2 + (a[o + 1]! - b[o + 1]!) ** 2);
  return sum / (a.length / 3);
}
