import type { CutPoint, FrameIndex } from "#model/media.js";
import type { Region, Segment, Stitch } from "#model/plan.js";

/**
 * The fewest packets that must be coded again: each swap segment widened to its enclosing clean cuts, touching
 * neighbours merged; the whole track when the stitch is `reencode`.
 */
export function planRegions(index: FrameIndex, swaps: readonly Segment[], stitch: Stitch): Region[] {
  const end = index.cutPoints.at(-1);
  if (end === undefined) throw new RangeError("cutPoints must hold the end of the track");
  if (stitch.mode === "reencode") return [region(0, trackStart, end)];
  const spans: { start: CutPoint; end: CutPoint }[] = [];
  for (const swap of swaps) {
    const start = index.cutPoints.findLast((cut) => cut.frame <= swap.startFrame) ?? trackStart;
    const stop = index.cutPoints.find((cut) => cut.frame >= swap.endFrame) ?? end;
    const last = spans.at(-1);
    if (last !== undefined && start.packet < last.end.packet) last.end = stop;
    else spans.push({ start, end: stop });
  }
  return spans.map((span, i) => region(i, span.start, span.end));
}

const trackStart: CutPoint = { packet: 0, frame: 0 };

function region(index: number, start: CutPoint, end: CutPoint): Region {
  return { index, startPacket: start.packet, endPacket: end.packet, startFrame: start.frame, endFrame: end.frame };
}
