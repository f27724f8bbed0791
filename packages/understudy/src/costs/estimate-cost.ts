import type { Cost } from "#renders/service-render.js";
import { costOf } from "./cost-of.js";

/** What a render is expected to take before it begins. */
export interface Expectation {
  /** Frames that are coded again: those of every region of the plan, not only the swapped ones. */
  readonly reencodedFrames: number;
  /** Engine seconds a frame; see `learnSecondsPerFrame()`. */
  readonly secondsPerFrame: number;
  readonly usdPerEngineSecond: number;
}

/** What a planned render is expected to cost. */
export function estimateCost({ reencodedFrames, secondsPerFrame, usdPerEngineSecond }: Expectation): Cost {
  return costOf(reencodedFrames * secondsPerFrame, usdPerEngineSecond);
}
