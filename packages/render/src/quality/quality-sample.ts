/** What was measured on one sampled frame, and on the frames since the sample before it. Plain numbers: crosses threads. */
export interface QualitySample {
  /** Visible frame of the source, display order. */
  readonly frameNumber: number;
  /** Cosine of the drawn face and the photo; undefined when no face was read in the drawn frame. */
  readonly similarityToPhoto?: number;
  /** Cosine of the drawn face and the person's own face in the source. */
  readonly similarityToOriginal?: number;
  /** Cosine of the photo and the person's own face: what both had in common before. */
  readonly photoToOriginal?: number;
  /** Mean distance of all landmarks between source and drawn frame, in interocular distances. */
  readonly landmarkError?: number;
  /** Absolute difference of the lip gap, in interocular distances. */
  readonly mouthOpeningError?: number;
  /** Absolute difference of the lid gap, in interocular distances, mean of both eyes. */
  readonly eyeOpeningError?: number;
  /** Largest change of any luma or chroma value outside the face box; must be 0. */
  readonly maxBackgroundChange: number;
  /** Sums over the frames since the last sample. */
  readonly steadiness: Steadiness;
}

/** Sums whose ratios tell whether the drawn face is as steady as the source. */
export interface Steadiness {
  /** Sum over frame pairs of the mean luma change at fixed places of the face, in the source and in the drawn frames. */
  readonly sourceFlicker: number;
  readonly drawnFlicker: number;
  /** Sum over frames of the squared second difference of all landmarks, in interocular distances, before and after smoothing. */
  readonly trackedJitter: number;
  readonly smoothedJitter: number;
}
