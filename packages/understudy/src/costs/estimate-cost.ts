import type { WorkAhead } from "@understudy/render";
import type { Cost } from "#renders/service-render.js";
import { costOf } from "./cost-of.js";
import type { FrameSeconds } from "./learn-frame-seconds.js";

/** What a planned render is expected to cost. */
export function estimateCost(
  { codedFrames, drawnFrames }: WorkAhead,
  { coded, drawn }: FrameSeconds,
  { usdPerEngineSecond }: Pick<Cost, "usdPerEngineSecond">,
): Cost {
  return costOf(codedFrames * coded + drawnFrames * drawn, usdPerEngineSecond);
}
