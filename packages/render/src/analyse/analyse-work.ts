import type { VideoTrack } from "#model/media.js";
import type { FrameRange, Region, Segment, Stitch } from "#model/plan.js";
import type { PersonTarget } from "./person-target.js";
import type { TrackKey, TrackOrigin } from "#face-track/track-file.js";

/** Everything that finding the cast in one run of packets takes; plain values and paths, no pixels. */
export interface ChunkWork {
  readonly sourcePath: string;
  readonly video: VideoTrack;
  /** What is decoded: from a clean cut to the next behind the last piece. */
  readonly region: Region;
  readonly stitch: Stitch;
  readonly origin: Omit<TrackOrigin, "person">;
  /** Ascending, disjoint, inside the region. */
  readonly pieces: readonly PieceOrder[];
  readonly allowMissingFace: boolean;
}

/** A part of a swap segment; all of it, where it was not split. */
export interface PieceOrder extends FrameRange {
  readonly segment: Segment;
  /** Whom to follow, one track each. */
  readonly targets: readonly PersonTarget[];
  /** Where what is found in this part goes, one entry a target. */
  readonly places: readonly PartPlace[];
}

/** The files of a part: where the face is, and what its skin looks like. */
export interface PartPlace {
  readonly trackPath: string;
  readonly skinPath: string;
}

/** Thread seconds of analysing, by what they went into. */
export interface AnalyseSeconds {
  readonly load: number;
  readonly decode: number;
  readonly track: number;
  readonly occlude: number;
}

/** The parts that are timed inside the work itself; loading is added by whoever loads. */
export const analyseParts = ["decode", "track", "occlude"] as const;

/** What joining the parts of one person's track of one segment takes. */
export interface JoinWork {
  readonly key: TrackKey;
  /** Ascending; together the whole segment. */
  readonly parts: readonly (FrameRange & PartPlace)[];
  /** Where the whole track goes. */
  readonly path: string;
}

/** The threads that the stage has its work done in. At most `limit` calls at a time. */
export interface AnalyseThreads {
  readonly limit: number;
  /** Finds the cast in one run of packets. @throws UnderstudyError `face-missing`, and every code of reading and writing. */
  trackChunk(work: ChunkWork, signal: AbortSignal, onFrames: (frames: number) => void): Promise<AnalyseSeconds>;
  /** Puts the parts of a track together, and finds what is in front of the face. */
  joinTrack(work: JoinWork, signal: AbortSignal): Promise<AnalyseSeconds>;
}
