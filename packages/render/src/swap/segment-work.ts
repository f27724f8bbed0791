import type { SegmentOutcome } from "#model/face-track.js";
import type { PlanarFrame } from "#model/image.js";
import type { QualitySample } from "#quality/index.js";

/** The part of a swap segment that lies in a region while its frames pass, wherever its faces come from. */
export interface SegmentWork {
  /** Puts the faces into frame `n` of the segment, in place. */
  draw(planes: PlanarFrame, n: number): Promise<void>;
  /** After the last frame. */
  finish(): Promise<SegmentResult>;
  /** Gives back what it holds; safe to call twice, and after `finish()`. */
  close(): Promise<void>;
}

/** What came of a part of a segment. */
export interface SegmentResult {
  readonly outcome: SegmentOutcome;
  readonly samples: readonly QualitySample[];
  /** Frames whose faces were drawn earlier. */
  readonly keptFrames: number;
}
