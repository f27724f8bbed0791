import type { FrameRange, RenderPlan } from "#model/plan.js";

/** Frames that a planned render has work with: what earlier renders of the video left is not made again. */
export interface WorkAhead {
  /** Frames that are decoded, marked and encoded. */
  readonly codedFrames: number;
  /** Frames in which faces are found and drawn, which takes decoding them once more. */
  readonly drawnFrames: number;
}

/** What is there already. */
export interface WorkDone {
  /** Index numbers of regions whose clip is there. */
  readonly readyRegions: ReadonlySet<number>;
  /** Swap segments whose faces are drawn; they are pasted. */
  readonly drawnSegments: readonly { readonly segmentIndex: number }[];
}

/** Counts the frames that a plan leaves to be worked on. */
export function workAhead(
  { regions, segments }: Pick<RenderPlan, "regions" | "segments">,
  { readyRegions, drawnSegments }: WorkDone,
): WorkAhead {
  const drawn = new Set(drawnSegments.map(({ segmentIndex }) => segmentIndex));
  return {
    codedFrames: framesOf(regions.filter(({ index }) => !readyRegions.has(index))),
    drawnFrames: framesOf(segments.filter(({ index, treatment }) => treatment === "swap" && !drawn.has(index))),
  };
}

function framesOf(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
}
