import type { RegionFrame } from "#media/index.js";
import type { PlanarFrame } from "#model/image.js";
import type { QualitySample } from "#quality/index.js";
import type { SegmentOutcome } from "./region-work.js";

/** One swap segment while its frames pass, wherever its faces come from. */
export interface SegmentWork {
  /** How many later frames must have been looked at before frame n is drawn. */
  readonly lookAheadFrames: number;
  /** Takes in the next frame as it was decoded. */
  look(frame: RegionFrame): void;
  /** Says that no further frame comes. */
  finishLooking(): void;
  /** Puts the face into frame `n` of the segment, in place. @throws KeptFacesUnfit */
  draw(planes: PlanarFrame, n: number): Promise<void>;
  /** After the last frame. */
  finish(): Promise<SegmentResult>;
  /** Gives back what it holds; safe to call twice, and after `finish()`. */
  close(): Promise<void>;
}

/** What came of a segment. */
export interface SegmentResult {
  readonly outcome: SegmentOutcome;
  readonly samples: readonly QualitySample[];
  /** Frames whose faces were drawn earlier. */
  readonly keptFrames: number;
}

/** Kept faces do not fit the frames they were kept for: the region must be drawn afresh. */
export class KeptFacesUnfit extends Error {
  override readonly name = "KeptFacesUnfit";
}
