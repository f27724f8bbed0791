import type { FrameIndex } from "#model/media.js";
import type { FrameRange, RenderPlan } from "#model/plan.js";

/** Presentation seconds, half-open. */
export interface TimeSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** When the frames are shown that carry the watermark: those of a kept region are the same for everybody and carry none. */
export function markedSpansOf({ regions }: Pick<RenderPlan, "regions">, index: FrameIndex): TimeSpan[] {
  return regions.filter(({ kind }) => kind === "changed").map((region) => spanOf(region, index));
}

/** When a range of frames is shown, in presentation seconds; half-open. */
export function spanOf(
  { startFrame, endFrame }: FrameRange,
  { presentationSeconds, endSeconds }: FrameIndex,
): TimeSpan {
  return {
    startSeconds: presentationSeconds[startFrame] ?? endSeconds,
    endSeconds: presentationSeconds[endFrame] ?? endSeconds,
  };
}
