import type { RenderServices, Run } from "@understudy/render";
import type { AnyProgressEvent } from "#progress/index.js";
import type { Wiring } from "#wire.js";

/** Keys that a first render made. */
export interface KeysMade {
  readonly keysFolder: string;
  readonly certificateSha256: string;
}

/** Whoever has a render done: a command, a worker. */
export interface RenderHost extends Pick<RenderServices, "approve" | "keptFaces" | "templates" | "onThumbnailFailed"> {
  readonly wiring: Wiring;
  readonly signal: AbortSignal;
  /** What the pipeline runs on; default: it lives and dies with this process. */
  readonly run?: Run;
  now(): Date;
  onProgress(event: AnyProgressEvent): void;
  /** Called once in the life of an installation. */
  onKeysMade(made: KeysMade): void;
}
