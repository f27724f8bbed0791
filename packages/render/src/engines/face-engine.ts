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

/** Where the person's face is in one frame. */
export interface FaceSighting {
  /** Box around the face oval, clipped to the frame. */
  readonly box: PixelBox;
  /** Distance of the outer eye corners, in pixels. */
  readonly interocularPixels: number;
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

/**
 * One run of consecutive frames of one swap segment. Frames are numbered from 0 in display order.
 * `track` is called for every frame in order; `draw(frame, n)` after `track` has seen frame `n + lookAheadFrames`
 * (or the last one, told by `finishTracking`). A region holds no frame: only its own measurements.
 */
export interface FaceRegion {
  /** How many later frames smoothing wants to see before frame n is drawn. */
  readonly lookAheadFrames: number;
  /** Finds the face; undefined when it is not there. */
  track(frame: PlanarFrame): FaceSighting | undefined;
  /** Says that no further frame comes. */
  finishTracking(): void;
  /** Draws the reference face onto frame `n` in place; undefined when that frame has no face and stays as it is. */
  draw(frame: PlanarFrame, n: number): DrawnFace | undefined;
}

/** Code that puts a face into frames. Small on purpose: a new engine implements these five members. */
export interface FaceEngine {
  /** Permanent name with version, such as `mesh@1`. */
  readonly id: string;
  /** Every weight file the engine loads, for the manifest. */
  readonly weights: readonly WeightsFact[];
  /** Loads what the other members need; `readFace` does so by itself, `openRegion` cannot. Idempotent. */
  prepare(): Promise<void>;
  /**
   * The gate: accepts a photo or refuses it with the reason.
   * @throws UnderstudyError `no-face-in-photo`, `many-faces-in-photo`, `face-too-small`, `face-turned-away`,
   * `face-covered`, `face-too-dark`, `face-unevenly-lit`, `face-blurred`, `face-expression`.
   */
  readFace(photo: RgbImage): Promise<FaceReference>;
  /**
   * Starts a run of frames that shows the same person.
   * @param rotation the turn a player applies: frames arrive as stored, so faces in them lie turned the other way.
   */
  openRegion(face: FaceReference, rotation: Rotation): FaceRegion;
  /** Frees tensors and runtimes; idempotent. */
  close(): Promise<void>;
}
