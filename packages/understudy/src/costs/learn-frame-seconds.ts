import type { Manifest } from "@understudy/render";
import { engineSecondsOf } from "./engine-seconds.js";

/** Engine seconds that a frame takes. */
export interface FrameSeconds {
  /** To be decoded, marked and encoded. */
  readonly coded: number;
  /** To have its faces found and drawn, beside that. */
  readonly drawn: number;
}

/** What the threads of the swap stage do with every frame, whether a face is drawn in it or not. */
const codingParts = ["decode", "mark", "caption", "encode"];

/** Coding takes this share of a frame that gets a face: 19 of 63 ms of processor time at 720p. */
const codingShare = 0.3;

/**
 * What frames take on these machines: medians over finished renders, so that one on a busy machine does not move them.
 * @param finished the last renders whose faces were drawn anew; a fork that reuses kept faces would look too cheap.
 * @param fallback seconds of a frame that is drawn and coded, while there is nothing to learn from: `cost.secondsPerFrame`
 * of the configuration.
 */
export function learnFrameSeconds(
  finished: readonly Pick<Manifest, "stages" | "frames">[],
  fallback: number,
): FrameSeconds {
  const coded = finished.map((manifest) => codingSecondsOf(manifest) / manifest.frames.reencoded);
  const drawn = finished.map((manifest) => {
    const { swapped, withoutFace } = manifest.frames;
    return (engineSecondsOf(manifest) - codingSecondsOf(manifest)) / (swapped + withoutFace);
  });
  return {
    coded: medianOf(coded) ?? fallback * codingShare,
    drawn: medianOf(drawn) ?? fallback * (1 - codingShare),
  };
}

function codingSecondsOf({ stages }: Pick<Manifest, "stages">): number {
  const { threadSeconds = {} } = stages.find(({ stage }) => stage === "swap") ?? {};
  return codingParts.reduce((sum, part) => sum + (threadSeconds[part] ?? 0), 0);
}

/** Of those that mean something: where no frame was counted or no second measured, there is nothing to learn. */
function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.filter((value) => value > 0 && Number.isFinite(value)).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
