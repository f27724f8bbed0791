import { assertNever } from "#model/errors.js";
import type { FrameIndex } from "#model/media.js";
import type { FrameRange } from "#model/plan.js";
import type { LabelWish } from "#model/request.js";
import { frameAt } from "./frame-at.js";
import { mergeRanges } from "./plan-regions.js";

/** How long a label at the start stands, in seconds: long enough to be read by somebody who looks up. */
const startLabelSeconds = 5;

/** The frames that carry the visible label: all swapped ones, and for `start` those that a viewer sees first. */
export function planLabel(index: FrameIndex, swaps: readonly FrameRange[], label: LabelWish): FrameRange[] {
  switch (label.kind) {
    case "on":
      return mergeRanges(swaps);
    case "start":
      return mergeRanges([{ startFrame: 0, endFrame: frameAt(index, startLabelSeconds) }, ...swaps]);
    case "delegated":
      return [];
    default:
      return assertNever(label);
  }
}
