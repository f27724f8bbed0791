import { UnderstudyError } from "#model/errors.js";
import type { FrameIndex } from "#model/media.js";
import {
  defaultSwapRanges,
  type FrameRange,
  type RenderPlan,
  type Segment,
  type Stitch,
  type StitchMode,
  type SwapRange,
} from "#model/plan.js";
import type { LabelWish } from "#model/request.js";
import type { Passage } from "#model/speech.js";
import { frameAt } from "./frame-at.js";
import { planLabel } from "./plan-label.js";
import { mergeRanges, planRegions } from "./plan-regions.js";
import { planSpeech, type SpeechOrder } from "./plan-speech.js";

/** What planning decides from; plain values, so that a plan can be made and tested without a file. */
export interface PlanInput {
  readonly index: FrameIndex;
  /** Ordered, disjoint ranges from `parseSwapRanges` or `parsePlanFile`; undefined means the brief's plan. */
  readonly swapRanges?: readonly SwapRange[];
  readonly stitch: StitchMode;
  /** Default `on`. */
  readonly label?: LabelWish;
  /** A script that is spoken; default none. */
  readonly speech?: Omit<SpeechOrder, "isTight">;
  /** Where captions are drawn into the picture: while the script is spoken, or over the whole film; default nowhere. */
  readonly burnedCaptions?: "speech" | "film";
  /** Whether speech is labelled as swapped frames are, because the voice is a person's; default false. */
  readonly labelsSpeech?: boolean;
}

/**
 * Decides everything before anything is touched. Pure: no disk, clock or network.
 * @throws UnderstudyError `swap-outside-video` when an asked range holds no frame, or none of the brief's does; everything of
 * `planSpeech`.
 */
export function planRender(input: PlanInput): RenderPlan {
  const { index, swapRanges, stitch, label = { kind: "on" }, speech, burnedCaptions, labelsSpeech = false } = input;
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
  const decided = decideStitch(stitch, index);
  const segments = coverGaps(index, swaps);
  const frameSeconds = index.endSeconds / index.presentationSeconds.length;
  const isTight = burnedCaptions !== undefined || labelsSpeech;
  const passages = speech === undefined ? [] : planSpeech({ segments, frameSeconds }, { ...speech, isTight });
  const spoken = passages.map((passage) => framesIn(index, passage));
  const labelRanges = planLabel(index, labelsSpeech ? [...swaps, ...spoken] : swaps, label);
  const captionRanges = planCaptions(index, passages, burnedCaptions);
  return {
    segments,
    regions: planRegions(index, mergeRanges([...swaps, ...labelRanges, ...captionRanges]), decided),
    stitch: decided,
    labelRanges,
    passages,
    captionRanges,
    frameCount,
  } as unknown as RenderPlan;
}

/** How long captions may stay behind the last word. */
const lingerSeconds = 1;

/** The frames that captions may be drawn on; they are coded again whether or not one is shown. */
function planCaptions(
  index: FrameIndex,
  passages: readonly Passage[],
  where: PlanInput["burnedCaptions"],
): FrameRange[] {
  if (where === undefined) return [];
  if (where === "film") return [{ startFrame: 0, endFrame: index.presentationSeconds.length }];
  return mergeRanges(
    passages.map(({ startSeconds, endSeconds }) =>
      framesIn(index, { startSeconds, endSeconds: endSeconds + lingerSeconds }),
    ),
  );
}

/** The frames that are seen in a range, the one that is there when it begins among them. */
function framesIn(
  index: FrameIndex,
  { startSeconds, endSeconds }: Pick<Passage, "startSeconds" | "endSeconds">,
): FrameRange {
  const startFrame = frameAt(index, startSeconds);
  return { startFrame: Math.max(0, startFrame - 1), endFrame: Math.max(startFrame, frameAt(index, endSeconds)) };
}

function decideStitch(asked: StitchMode, { smartCutBlocker }: FrameIndex): Stitch {
  if (asked === "uniform") return { mode: "uniform" };
  if (asked === "reencode") return { mode: "reencode", reason: "asked for" };
  return smartCutBlocker === undefined ? { mode: "smart" } : { mode: "reencode", reason: smartCutBlocker };
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
