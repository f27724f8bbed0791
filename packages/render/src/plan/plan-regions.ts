import type { CutPoint, FrameIndex } from "#model/media.js";
import type { FrameRange, Region, Stitch } from "#model/plan.js";

/**
 * The fewest packets that must be coded again: each range of changed frames widened to its enclosing clean cuts, touching
 * neighbours merged; the whole track when the stitch is `reencode`.
 * @param changed ascending and disjoint, as `mergeRanges()` makes them.
 */
export function planRegions(index: FrameIndex, changed: readonly FrameRange[], stitch: Stitch): Region[] {
  const end = index.cutPoints.at(-1);
  if (end === undefined) throw new RangeError("cutPoints must hold the end of the track");
  if (stitch.mode === "reencode") return [region(0, trackStart, end)];
  const spans: { start: CutPoint; end: CutPoint }[] = [];
  for (const range of changed) {
    const start = index.cutPoints.findLast((cut) => cut.frame <= range.startFrame) ?? trackStart;
    const stop = index.cutPoints.find((cut) => cut.frame >= range.endFrame) ?? end;
    const last = spans.at(-1);
    if (last !== undefined && start.packet < last.end.packet) last.end = stop;
    else spans.push({ start, end: stop });
  }
  return spans.map((span, i) => region(i, span.start, span.end));
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

const trackStart: CutPoint = { packet: 0, frame: 0 };

function region(index: number, start: CutPoint, end: CutPoint): Region {
  return { index, startPacket: start.packet, endPacket: end.packet, startFrame: start.frame, endFrame: end.frame };
}
