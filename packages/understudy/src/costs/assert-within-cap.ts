import { UnderstudyError } from "@understudy/render";
import type { Cost } from "#renders/service-render.js";

/**
 * Refuses a render that is expected to cost more than it may; exactly the cap is within it.
 * @param capUsd undefined: there is none.
 * @throws UnderstudyError `cost-cap-exceeded`, with the figures.
 */
export function assertWithinCap({ engineSeconds, usdPerEngineSecond, usd }: Cost, capUsd: number | undefined): void {
  if (capUsd === undefined || usd <= capUsd) return;
  const how = `${engineSeconds} engine seconds at ${usdPerEngineSecond} USD`;
  throw new UnderstudyError(
    "cost-cap-exceeded",
    `The render is expected to cost ${usd} USD (${how}), and its cap is ${capUsd} USD.`,
  );
}
