import type { Segment } from "@understudy/render";

/** A frame that the report shows before and after. */
export interface Moment {
  readonly frame: number;
  readonly seconds: number;
}

/** Most moments of one report; more would make the page heavy without telling more. */
const maxMoments = 12;

/** Shares of a segment at which it is shown: away from its borders, where a face may still come in. */
const shares = [1 / 6, 1 / 2, 5 / 6];

/** Several moments of each swap segment, evenly thinned out when there are too many segments. Pure. */
export function pickMoments(segments: readonly Segment[]): Moment[] {
  const moments = segments
    .filter(({ treatment }) => treatment === "swap")
    .flatMap((segment) => shares.map((share) => momentAt(segment, share)))
    .filter((moment, i, all) => moment.frame !== all[i - 1]?.frame);
  if (moments.length <= maxMoments) return moments;
  return Array.from(
    { length: maxMoments },
    (_, i) => moments[Math.round((i * (moments.length - 1)) / (maxMoments - 1))]!,
  );
}

function momentAt(segment: Segment, share: number): Moment {
  const frames = segment.endFrame - segment.startFrame;
  const offset = Math.min(frames - 1, Math.floor(frames * share));
  const seconds = segment.startSeconds + ((segment.endSeconds - segment.startSeconds) * offset) / frames;
  return { frame: segment.startFrame + offset, seconds };
}
