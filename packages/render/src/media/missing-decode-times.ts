import type { TrackFacts } from "./media-io.js";

/**
 * Gives decode times to packets that lack one. Matroska stores none; FFmpeg works them out, but not for as many packets at
 * the start as the decoder holds frames back. Those are decoded one frame each before the first frame is shown.
 */
export function createMissingDecodeTimes(
  tracks: readonly TrackFacts[],
): (trackIndex: number, ptsTicks: number, durationTicks: number) => number {
  /** The first packet's time, and how many packets were given one. */
  const starts = new Map<number, { ptsTicks: number; given: number }>();
  return (trackIndex, ptsTicks, durationTicks) => {
    const track = tracks[trackIndex];
    if (track?.picture === undefined || track.picture.reorderFrames === 0) return ptsTicks;
    const start = starts.get(track.index) ?? { ptsTicks, given: 0 };
    starts.set(track.index, { ...start, given: start.given + 1 });
    const { numerator, denominator } = track.picture.averageFrameRate;
    const frameTicks = (denominator * track.timeBase.denominator) / (numerator * track.timeBase.numerator);
    const stepTicks = Math.max(1, Math.round(numerator > 0 ? frameTicks : durationTicks));
    return start.ptsTicks - (track.picture.reorderFrames - start.given) * stepTicks;
  };
}
