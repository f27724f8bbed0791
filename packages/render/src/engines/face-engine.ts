import type { FaceTrack } from "#model/face-track.js";
import type { PixelBox, PlanarFrame, RgbImage } from "#model/image.js";
import type { WeightsFact } from "#model/manifest.js";
import type { Rotation } from "#model/media.js";

/** What the avatar gate measured on an accepted photo; goes into the manifest, never the pixels or landmarks. */
export interface FaceReferenceFacts {
  /** Face width in the photo, in pixels. */
  readonly faceWidthPixels: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  /** Share of the face oval whose texture is skin, 0-1. */
  readonly skinCoverage: number;
  /** Brighter half over darker half of the face, >= 1. */
  readonly sideLightRatio: number;
}

/**
 * A photo that passed the gate, ready to be drawn. Opaque to everybody but engines of the same id; plain data, so that one
 * thread can read a photo for all.
 */
export interface FaceReference {
  readonly engineId: string;
  readonly facts: FaceReferenceFacts;
}

/** What was drawn on one frame. */
export interface DrawnFace {
  /** Every changed pixel lies inside this box. */
  readonly box: PixelBox;
  /** What an engine that knows landmarks measured, for the quality probe. */
  readonly landmarks?: DrawnLandmarks;
}

/** Landmarks of the person in one drawn frame: 468 times x, y (pixels), z. Live arrays, valid until the next `draw`. */
export interface DrawnLandmarks {
  /** As read from this frame alone. */
  readonly tracked: Float32Array;
  /** As smoothed over its neighbours; these were drawn. */
  readonly smoothed: Float32Array;
  /** Changes when a new shot or a new sighting begins: frames of two runs have nothing to do with each other. */
  readonly run: number;
}

/** One person's face in the frames of one swap segment. */
export interface FaceRegion {
  /**
   * Draws the reference face onto frame `n` of the segment, in place. Frames come one at a time and in order, but from any on:
   * parts of a segment may be drawn apart, and what is steadied over frames may differ by a shade where they meet.
   * @returns undefined when that frame has no face and stays as it is.
   */
  draw(frame: PlanarFrame, n: number): Promise<DrawnFace | undefined>;
  /** Gives back what it holds; idempotent. Default: it holds nothing but memory. */
  close?(): void;
}

/** Code that puts a face into frames. Small on purpose: a new engine implements these few members. */
export interface FaceEngine {
  /** Permanent name with version, such as `mesh@1`. */
  readonly id: string;
  /** Every weight file the engine loads, for the manifest. */
  readonly weights: readonly WeightsFact[];
  /** Loads what the other members need; `readFaces` does so by itself, `openRegion` cannot. Idempotent. */
  prepare(): Promise<void>;
  /**
   * The gate: accepts the photos of one person, or refuses them with the reason.
   * @param photos best first, at least one; each must pass, and all must show one person. The first looks ahead and gives the
   * proportions; the others may be turned further.
   * @throws UnderstudyError `no-face-in-photo`, `many-faces-in-photo`, `face-too-small`, `face-turned-away`,
   * `face-covered`, `face-too-dark`, `face-unevenly-lit`, `face-blurred`, `face-expression`, `face-mismatch`.
   */
  readFaces(photos: readonly RgbImage[]): Promise<FaceReference>;
  /**
   * Starts to draw on a segment.
   * @param track where the person is in it; read while the region is drawn.
   * @param rotation the turn a player applies: frames arrive as stored, so faces in them lie turned the other way.
   */
  openRegion(face: FaceReference, track: FaceTrack, rotation: Rotation): FaceRegion;
  /** Frees tensors and runtimes; idempotent. */
  close(): Promise<void>;
}
