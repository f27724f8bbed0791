import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex } from "#model/media.js";
import { defaultSwapRanges, type RenderPlan, type Segment, type Stitch, type SwapRange } from "#model/plan.js";
import { planRegions } from "./plan-regions.js";

/** What planning decides from; plain values, so that a plan can be made and tested without a file. */
export interface PlanInput {
  readonly index: FrameIndex;
  /** Ordered, disjoint ranges from `parseSwapRanges` or `parsePlanFile`; undefined means the brief's plan. */
  readonly swapRanges?: readonly SwapRange[];
  readonly stitch: "smart" | "reencode";
}

/** Half a millisecond: a range typed as 0.033 means the frame at 1/30 s. */
const snapSeconds = 0.0005;

/**
 * Decides everything before anything is touched. Pure: no disk, clock or network.
 * @throws UnderstudyError `swap-outside-video` when an asked range holds no frame, or none of the brief's does.
 */
export function planRender({ index, swapRanges, stitch }: PlanInput): RenderPlan {
  const ranges = swapRanges ?? defaultSwapRanges;
  const frameCount = index.presentationSeconds.length;
  const swaps: Segment[] = [];
  for (const range of ranges) {
    const startFrame = frameAt(index, range.startSeconds);
    const endFrame = frameAt(index, range.endSeconds);
    if (startFrame < endFrame) {
      swaps.push(segment(index, startFrame, endFrame, "swap"));
    } else if (swapRanges !== undefined) {
      const length = index.endSeconds.toFixed(2);
      const asked = `${range.startSeconds}-${range.endSeconds}`;
      throw new UnderstudyError(
        "swap-outside-video",
        `The swap range ${asked} s holds no frame of this ${length} s video.`,
      );
    }
  }
  if (swaps.length === 0) throw new UnderstudyError("swap-outside-video", "The video has no frames to swap.");
  const decided: Stitch =
    stitch === "reencode"
      ? { mode: "reencode", reason: "asked for" }
      : index.smartCutBlocker === undefined
        ? { mode: "smart" }
        : { mode: "reencode", reason: index.smartCutBlocker };
  return {
    segments: coverGaps(index, swaps),
    regions: planRegions(index, swaps, decided),
    stitch: decided,
    frameCount,
  } as unknown as RenderPlan;
}

/** First frame shown at or after a time; the frame count when there is none. */
function frameAt(index: FrameIndex, seconds: number): number {
  const times = index.presentationSeconds;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < seconds - snapSeconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

function segment(index: FrameIndex, startFrame: number, endFrame: number, treatment: Segment["treatment"]): Segment {
  const at = (frame: number) => index.presentationSeconds[frame] ?? index.endSeconds;
  return { index: 0, startSeconds: at(startFrame), endSeconds: at(endFrame), startFrame, endFrame, treatment };
}

function coverGaps(index: FrameIndex, swaps: readonly Segment[]): Segment[] {
  const covered: Segment[] = [];
  let nextFrame = 0;
  for (const swap of swaps) {
    if (swap.startFrame > nextFrame) covered.push(segment(index, nextFrame, swap.startFrame, "keep"));
    covered.push(swap);
    nextFrame = swap.endFrame;
  }
  const frameCount = index.presentationSeconds.length;
  if (nextFrame < frameCount) covered.push(segment(index, nextFrame, frameCount, "keep"));
  return covered.map((each, i) => ({ ...each, index: i }));
}
