/** One tracked frame: the landmarks of one face, and the number of the unbroken run that they belong to. */
export interface TrackedFrame {
  /** 468 landmarks, each x and y in pixels of the stored picture, z in the same scale. As read from this frame alone. */
  readonly mesh: Float32Array;
  /** Frames of two runs have nothing to do with each other: another shot, another sighting. Counted from 1 in a track. */
  readonly run: number;
}

/**
 * Where one person's face is in every frame of one swap segment, and what is in front of it: everything that drawing needs to
 * know of the video, and nothing that follows from the photo. Frames are counted from 0 at the segment's first. Any frame may
 * be asked for at any time.
 */
export interface FaceTrack {
  readonly frameCount: number;
  /** Undefined where the face is not there, and outside the segment. */
  tracked(n: number): TrackedFrame | undefined;
  /**
   * What is in front of the face, `occlusionSide` squared values over the unwrapped face: 0 where it is seen, 255 where something
   * hides it. Undefined where nothing does.
   */
  occlusion(n: number): Uint8Array | undefined;
  /**
   * What the unwrapped face usually looks like in the segment: the median luma of each texel, as frames store it. Undefined where
   * too little of it was seen.
   */
  readonly usualLuma: Uint8Array | undefined;
}

/** Width and height of the unwrapped face, in texels. */
export const occlusionSide = 64;

/** How one swap segment, or a part of it, fared. */
export interface SegmentOutcome {
  readonly segmentIndex: number;
  readonly frames: number;
  /** Frames in which nobody of the cast was found; they pass unchanged. */
  readonly withoutFace: number;
}
