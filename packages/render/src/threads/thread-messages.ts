import type { AnalyseSeconds, ChunkWork, JoinWork } from "#analyse/analyse-work.js";
import type { Looked, LookWork } from "#analyse/look-for-people.js";
import type { MediaChoice, PhotoLimits } from "#media/index.js";
import type { ErrorCode } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { CastPhotos } from "#model/person.js";
import type { RenderRequest } from "#model/request.js";
import type { LoadedFace } from "#swap/drawn-segment.js";
import type { RegionWork, SwappedRegion } from "#swap/region-work.js";

/** What every face thread of a render loads before its first task. */
export interface FaceSetup {
  readonly engineId: RenderRequest["engineId"];
  /** The photos of the cast. Their hashes are checked against the bytes that are decoded. */
  readonly cast: readonly Pick<CastPhotos, "faces">[];
  readonly photoLimits: PhotoLimits;
  /** How the thread opens media; default `auto`. */
  readonly mediaIo?: MediaChoice;
}

/** What a thread is started with. */
export interface ThreadStart extends FaceSetup {
  /**
   * What is loaded before the thread is ready: `photos`: it reads them for all; `networks`: what tracking and drawing need;
   * `nothing`: all that comes may be kept faces, and networks are loaded when a task needs them.
   */
  readonly loads: "photos" | "networks" | "nothing";
}

/** What a thread can do: for each task what it takes and what it gives. */
export interface ThreadTasks {
  /** Finds the cast in a run of packets. */
  readonly track: { readonly order: ChunkWork; readonly result: AnalyseSeconds };
  /** Looks for all faces in some frames of a run of packets. */
  readonly look: { readonly order: LookWork; readonly result: Looked };
  /** Finds out what the person in a photo is known by. */
  readonly recognise: { readonly order: Artifact; readonly result: readonly number[] };
  /** Puts the parts of a track together. */
  readonly join: { readonly order: JoinWork; readonly result: AnalyseSeconds };
  /** Puts the faces into a region. The cast is needed once a thread, unless all faces are kept. */
  readonly swap: {
    readonly order: { readonly work: RegionWork; readonly cast: readonly LoadedFace[] | undefined };
    readonly result: SwappedRegion;
  };
}

/** One task with its name. */
export type ThreadTask = {
  [Kind in keyof ThreadTasks]: { kind: Kind; order: ThreadTasks[Kind]["order"] };
}[keyof ThreadTasks];

/** What a thread is told; one task at a time. */
export type ThreadOrder =
  | { readonly kind: "task"; readonly task: ThreadTask }
  | { readonly kind: "cancel" }
  | { readonly kind: "close" };

/** An `UnderstudyError` on its way between threads. */
export interface ThreadFailure {
  readonly kind: "failed";
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  /** Of what was thrown first. */
  readonly stack?: string;
}

/** What a thread says. A failure ends the thread. */
export type ThreadReport =
  | { readonly kind: "ready"; readonly cast: readonly LoadedFace[] | undefined }
  | { readonly kind: "progress"; readonly frames: number }
  | { readonly kind: "done"; readonly result: ThreadTasks[keyof ThreadTasks]["result"] }
  | ThreadFailure;
