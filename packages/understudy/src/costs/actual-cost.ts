import type { Manifest } from "@understudy/render";
import type { Cost } from "#renders/service-render.js";
import { costOf } from "./cost-of.js";
import { engineSecondsOf } from "./engine-seconds.js";

/** What a finished render has cost: the seconds of its engine threads, at the price that holds. */
export function actualCost(
  manifest: Pick<Manifest, "stages">,
  { usdPerEngineSecond }: Pick<Cost, "usdPerEngineSecond">,
): Cost {
  return costOf(engineSecondsOf(manifest), usdPerEngineSecond);
}
