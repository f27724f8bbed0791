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

/** A run of packets that is decoded and encoded again because a swapped frame lies in it. */
export interface Region {
  readonly index: number;
  /** Packet numbers in decode order over the video track, half-open. */
  readonly startPacket: number;
  readonly endPacket: number;
  /** Visible frame numbers in display order, half-open. */
  readonly startFrame: number;
  readonly endFrame: number;
}

/** How the finished track is put together. */
export type Stitch =
  | { readonly mode: "smart" }
  /** The whole picture track is encoded again; `reason` says why, for the manifest. */
  | { readonly mode: "reencode"; readonly reason: string };

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
