import type { Passage } from "./speech.js";

/** What happens to a segment. */
export type Treatment = "swap" | "keep";

/** A planned, half-open time range `[startSeconds, endSeconds)` with one treatment. */
export interface Segment {
  readonly index: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** First visible frame, display order. */
  readonly startFrame: number;
  /** One past the last frame. */
  readonly endFrame: number;
  readonly treatment: Treatment;
}

/** A run of frames that is decoded and encoded again, and becomes one clip. */
export interface Region {
  readonly index: number;
  /**
   * `changed`: a swap or a label lies in it. `kept`, only when the stitch is `uniform`: nothing does; its clip is the same for
   * every face and may come from a template.
   */
  readonly kind: "changed" | "kept";
  /** Packet numbers in decode order over the video track, half-open: what is decoded, from a clean cut on. */
  readonly startPacket: number;
  readonly endPacket: number;
  /** Visible frame numbers in display order, half-open; unless the stitch is `smart`, decoding may begin before the first. */
  readonly startFrame: number;
  readonly endFrame: number;
}

/** How the finished track is put together. */
export type Stitch =
  /** Packets outside the regions are the source's; the track carries two pairs of parameter sets. */
  | { readonly mode: "smart" }
  /** The whole picture track is encoded again; `reason` says why, for the manifest. */
  | { readonly mode: "reencode"; readonly reason: string }
  /** As `reencode`, in clips of one film that share a pair of parameter sets; those without a face serve every render of it. */
  | { readonly mode: "uniform" };

/** The stitch that is asked for; `smart` becomes `reencode` where it cannot hold. */
export type StitchMode = Stitch["mode"];

/** Visible frame numbers in display order, half-open. */
export interface FrameRange {
  readonly startFrame: number;
  readonly endFrame: number;
}

declare const planned: unique symbol;

/** Ordered segments that cover the source without gap or overlap, and the regions they touch. Made only by `planRender()`. */
export interface RenderPlan {
  readonly [planned]: true;
  readonly segments: readonly Segment[];
  readonly regions: readonly Region[];
  readonly stitch: Stitch;
  /** Frames that carry the visible label; ascending, disjoint, inside the regions. Empty when labelling is delegated. */
  readonly labelRanges: readonly FrameRange[];
  /** What is spoken, and when it may be; empty without a script. */
  readonly passages: readonly Passage[];
  /** Frames that captions may be drawn on; ascending, disjoint, inside the regions. Empty when none are drawn. */
  readonly captionRanges: readonly FrameRange[];
  readonly frameCount: number;
}

/** A time range as a person asks for it; clipped to the source by the planner. */
export interface SwapRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The brief's plan: swap the first five seconds and 15-20 s, keep the rest. */
export const defaultSwapRanges: readonly SwapRange[] = [
  { startSeconds: 0, endSeconds: 5 },
  { startSeconds: 15, endSeconds: 20 },
];
