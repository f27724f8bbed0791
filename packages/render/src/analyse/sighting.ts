/** A face in one frame that was looked at; plain data, fit for JSON. */
export interface Sighting {
  /** Visible frame number in display order. */
  readonly frame: number;
  readonly box: FaceBox;
  /** Positive when the person looks to the right edge of the picture. */
  readonly yawDegrees: number;
  /** 128 numbers of length 1; see `FaceEmbedding`. */
  readonly embedding: readonly number[];
}

/** The square around a face, in pixels of the stored picture. */
export interface FaceBox {
  readonly centerX: number;
  readonly centerY: number;
  readonly sizePixels: number;
}
