import { UnderstudyError } from "#model/errors.js";
import type { Manifest } from "#model/manifest.js";
import type { VideoTrack } from "#model/media.js";
import type { FrameMarking } from "#marks/index.js";
import type { Region, Segment, Stitch } from "#model/plan.js";
import type { ClipFile } from "#media/index.js";
import type { QualitySample } from "#quality/index.js";
import type { FacesOrigin } from "./faces-file.js";

/** Share of a swap segment's frames that may lack the face before the segment fails. */
export const maxMissingShare = 0.1;

/** A face found in no more than this share of a segment is taken for a mistake of the detector, not for a person. */
export const minSeenShare = 0.1;

/** The refusal of a segment in which the face is missing too often. @param missing how often, such as `20 of 150 frames`. */
export function faceMissing({ startSeconds, endSeconds }: Segment, missing: string): UnderstudyError {
  const range = `${startSeconds.toFixed(2)}-${endSeconds.toFixed(2)} s`;
  return new UnderstudyError("face-missing", `The face is missing in ${missing} of ${range}.`);
}

/** A swap segment of a region, and where its drawn faces lie. */
export interface SegmentOrder {
  readonly segment: Segment;
  /** File to write the drawn faces to. */
  readonly keepFaces?: string;
  /** File of faces that were drawn earlier; they are pasted instead of drawn. */
  readonly keptFaces?: string;
}

/** Whether a region needs the engine and the photo. */
export function needsDrawing({ swaps }: RegionWork): boolean {
  return swaps.some(({ keptFaces }) => keptFaces === undefined);
}

/** Everything a region worker needs; plain values and paths, no pixels. */
export interface RegionWork {
  readonly sourcePath: string;
  readonly video: VideoTrack;
  readonly region: Region;
  /** The swap segments that lie in the region. */
  readonly swaps: readonly SegmentOrder[];
  /** What the faces follow from; they are kept, and taken from where they were kept, under this. */
  readonly origin: FacesOrigin;
  readonly stitch: Stitch;
  /**
   * What every frame of the region is marked with, swapped or not: all of them are coded again. `none` is for clips that
   * somebody else marks before anybody sees them.
   */
  readonly marks: Pick<FrameMarking, "watermarkId" | "labelRanges"> | "none";
  readonly clipPath: string;
  readonly allowMissingFace: boolean;
}

/** How one swap segment fared. */
export interface SegmentOutcome {
  readonly segmentIndex: number;
  readonly frames: number;
  readonly withoutFace: number;
}

/** Thread seconds spent inside one region worker, by what they went into. */
export interface RegionSeconds {
  readonly load: number;
  readonly decode: number;
  readonly track: number;
  readonly draw: number;
  readonly measure: number;
  readonly keep: number;
  readonly mark: number;
  readonly encode: number;
}

/** A finished region: a clip file on disk and what was measured while it was made. */
export interface SwappedRegion {
  readonly region: Region;
  readonly engine: Manifest["engine"];
  readonly clip: ClipFile;
  readonly outcomes: readonly SegmentOutcome[];
  readonly samples: readonly QualitySample[];
  /** Swapped frames whose faces an earlier render had drawn. */
  readonly keptFrames: number;
  readonly seconds: RegionSeconds;
}
