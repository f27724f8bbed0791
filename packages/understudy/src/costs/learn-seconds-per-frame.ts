import type { Manifest } from "@understudy/render";
import { engineSecondsOf } from "./engine-seconds.js";

/**
 * What a frame takes on these machines: the median over finished renders, so that one on a busy machine does not move it.
 * @param finished the last renders whose faces were drawn anew; a fork that reuses kept faces would look too cheap.
 * @param fallback seconds a frame while there is nothing to learn from: `cost.secondsPerFrame` of the configuration.
 */
export function learnSecondsPerFrame(
  finished: readonly Pick<Manifest, "stages" | "frames">[],
  fallback: number,
): number {
  const all = finished
    .filter(({ frames }) => frames.reencoded > 0)
    .map((manifest) => engineSecondsOf(manifest) / manifest.frames.reencoded)
    .filter((seconds) => seconds > 0)
    .sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? fallback;
}
