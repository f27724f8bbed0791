import type { FaceReference } from "#engines/face-engine.js";
import type { PhotoLimits } from "#media/index.js";
import type { ErrorCode } from "#model/errors.js";
import type { Artifact } from "#model/manifest.js";
import type { RenderRequest } from "#model/request.js";
import type { PhotoIdentity } from "#quality/index.js";
import type { RegionWork, SwappedRegion } from "./region-work.js";

/** What every face thread of a render loads before its first region. */
export interface FaceSetup {
  readonly engineId: RenderRequest["engineId"];
  /** The photos, best first; the first is drawn. Their hashes are checked against the bytes that are decoded. */
  readonly faces: readonly Artifact[];
  readonly photoLimits: PhotoLimits;
}

/** What a thread is started with. */
export interface ThreadStart extends FaceSetup {
  /**
   * What is loaded before the thread is ready: `photos`: it reads them for all; `networks`: what drawing needs; `nothing`: all
   * that comes may be kept faces, and the networks are loaded when they are not.
   */
  readonly loads: "photos" | "networks" | "nothing";
}

/** The photo as one thread read it for all: plain data in memory, never kept. */
export interface LoadedFace {
  readonly face: FaceReference;
  readonly identity: PhotoIdentity | undefined;
}

/** What a thread is told. */
export type ThreadOrder =
  | { readonly kind: "swap"; readonly work: RegionWork; readonly loaded: LoadedFace | undefined }
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
  | { readonly kind: "ready"; readonly loaded: LoadedFace | undefined }
  | { readonly kind: "progress"; readonly frames: number }
  | { readonly kind: "done"; readonly result: SwappedRegion }
  /** Kept faces of the region do not fit; the thread is idle again. */
  | { readonly kind: "unfit" }
  | ThreadFailure;
