import type { FrameIndex } from "#model/media.js";
import type { FrameRange } from "#model/plan.js";

/** When a range of frames is shown, in presentation seconds; half-open. */
export function spanOf(
  { startFrame, endFrame }: FrameRange,
  { presentationSeconds, endSeconds }: FrameIndex,
): { readonly startSeconds: number; readonly endSeconds: number } {
  return {
    startSeconds: presentationSeconds[startFrame] ?? endSeconds,
    endSeconds: presentationSeconds[endFrame] ?? endSeconds,
  };
}
