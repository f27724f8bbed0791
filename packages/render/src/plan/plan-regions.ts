import type { CutPoint, FrameIndex } from "#model/media.js";
import { decodeStartsOf, packetsToDecode } from "#model/packets-to-decode.js";
import type { FrameRange, Region, Stitch } from "#model/plan.js";
import { splitAtCuts, splitRange } from "./split-range.js";

/**
 * What is encoded again. `smart`: each range of changed frames widened to its enclosing clean cuts, touching neighbours
 * merged. `reencode`: the whole track. `uniform`: the whole track, in changed and kept ranges. Long ranges become several
 * regions by a rule that knows the film only and not the machine: children, kept faces and templates are named by regions.
 * @param changed ascending and disjoint, as `mergeRanges()` makes them.
 */
export function planRegions(index: FrameIndex, changed: readonly FrameRange[], stitch: Stitch): Region[] {
  const whole = { startFrame: 0, endFrame: index.presentationSeconds.length };
  const ranges: readonly (FrameRange & Pick<Region, "kind">)[] =
    stitch.mode === "smart"
      ? widenToCuts(index, changed).flatMap((range) => splitAtCuts(index, range).map(asChanged))
      : coverFilm(whole, stitch.mode === "reencode" ? [whole] : changed).flatMap(({ kind, ...range }) =>
          splitRange(index, range).map((piece) => ({ ...piece, kind })),
        );
  // Between clean cuts the packets are replaced by the clip's, so they are those of its frames and no others.
  const starts = stitch.mode === "smart" ? index.cutPoints : decodeStartsOf(index);
  return ranges.map((range, at) => ({ index: at, ...range, ...packetsToDecode(starts, range) }));
}

/** Ascending, disjoint ranges that hold the same frames. */
export function mergeRanges(ranges: readonly FrameRange[]): FrameRange[] {
  const merged: { startFrame: number; endFrame: number }[] = [];
  for (const { startFrame, endFrame } of ranges.toSorted((a, b) => a.startFrame - b.startFrame)) {
    const last = merged.at(-1);
    if (last !== undefined && startFrame <= last.endFrame) last.endFrame = Math.max(last.endFrame, endFrame);
    else merged.push({ startFrame, endFrame });
  }
  return merged;
}

/** Ranges that begin and end at clean cuts; those that share a group of pictures become one. */
function widenToCuts(index: FrameIndex, changed: readonly FrameRange[]): FrameRange[] {
  const widened: { startFrame: number; endFrame: number }[] = [];
  for (const range of changed) {
    const startFrame = cutBefore(index, range.startFrame).frame;
    const endFrame = cutAfter(index, range.endFrame).frame;
    const last = widened.at(-1);
    if (last !== undefined && startFrame < last.endFrame) last.endFrame = endFrame;
    else widened.push({ startFrame, endFrame });
  }
  return widened;
}

/** The whole film: the changed ranges, and what lies between them. */
function coverFilm(
  { endFrame: frameCount }: FrameRange,
  changed: readonly FrameRange[],
): (FrameRange & Pick<Region, "kind">)[] {
  const ends = [0, ...changed.map(({ endFrame }) => endFrame)];
  const starts = [...changed.map(({ startFrame }) => startFrame), frameCount];
  const gaps = ends.map((startFrame, at) => ({ startFrame, endFrame: starts[at]!, kind: "kept" as const }));
  return [...changed.map(asChanged), ...gaps.filter(({ startFrame, endFrame }) => startFrame < endFrame)].toSorted(
    (a, b) => a.startFrame - b.startFrame,
  );
}

function asChanged(range: FrameRange): FrameRange & Pick<Region, "kind"> {
  return { ...range, kind: "changed" };
}

function cutBefore({ cutPoints }: FrameIndex, frame: number): CutPoint {
  return cutPoints.findLast((cut) => cut.frame <= frame) ?? { packet: 0, frame: 0 };
}

function cutAfter({ cutPoints }: FrameIndex, frame: number): CutPoint {
  const cut = cutPoints.find((one) => one.frame >= frame);
  if (cut === undefined) throw new RangeError("cutPoints must hold the end of the track");
  return cut;
}
