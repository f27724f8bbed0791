import type { TrackPlace } from "#face-track/track-file.js";
import type { FrameMarking } from "#marks/index.js";
import type { ClipFile } from "#media/index.js";
import type { CaptionBurn } from "#model/captions.js";
import type { SegmentOutcome } from "#model/face-track.js";
import type { Manifest } from "#model/manifest.js";
import type { VideoTrack } from "#model/media.js";
import type { FrameRange, Region, Segment, Stitch } from "#model/plan.js";
import type { QualitySample } from "#quality/index.js";
import type { FacesOrigin } from "./faces-file.js";

/** A swap segment that lies in a region, or reaches into it, and where its faces come from and go to. */
export interface SegmentOrder {
  readonly segment: Segment;
  readonly faces:
    | { readonly kind: "drawn"; readonly tracks: readonly TrackPlace[] }
    /** A file of faces that were drawn earlier; they are pasted. */
    | { readonly kind: "kept"; readonly path: string };
  /** File to write the drawn faces of this part to. */
  readonly keepFaces?: string;
}

/** The frames that a region and a segment have in common. */
export function partIn(region: FrameRange, segment: FrameRange): FrameRange {
  return {
    startFrame: Math.max(region.startFrame, segment.startFrame),
    endFrame: Math.min(region.endFrame, segment.endFrame),
  };
}

/** Whether a region needs the engine and the photos. */
export function needsDrawing({ swaps }: RegionWork): boolean {
  return swaps.some(({ faces }) => faces.kind === "drawn");
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
  /** Captions that are drawn over all else; default none. */
  readonly captions?: CaptionBurn;
  readonly clipPath: string;
}

/** Thread seconds spent inside one region worker, by what they went into. */
export interface RegionSeconds {
  readonly load: number;
  readonly decode: number;
  readonly draw: number;
  readonly measure: number;
  readonly keep: number;
  readonly mark: number;
  readonly caption: number;
  readonly encode: number;
}

/** The parts that are timed inside the work itself; loading is added by whoever loads. */
export const regionParts = ["decode", "draw", "measure", "keep", "mark", "caption", "encode"] as const;

/** A finished region: a clip file on disk and what was measured while it was made. */
export interface SwappedRegion {
  readonly region: Region;
  readonly engine: Manifest["engine"];
  readonly clip: ClipFile;
  /** Of the parts of segments that lie in the region. */
  readonly outcomes: readonly SegmentOutcome[];
  readonly samples: readonly QualitySample[];
  /** Swapped frames whose faces an earlier render had drawn. */
  readonly keptFrames: number;
  readonly seconds: RegionSeconds;
}

/** The threads that the stage has its work done in. At most `limit` calls at a time. */
export interface SwapThreads {
  readonly limit: number;
  /** Puts the faces into one region. @throws UnderstudyError every code of drawing, reading and writing. */
  swapRegion(work: RegionWork, signal: AbortSignal, onFrames: (frames: number) => void): Promise<SwappedRegion>;
}
