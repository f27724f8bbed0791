import type { CutPoint, FrameIndex } from "#model/media.js";
import { decodeStartsOf } from "#model/packets-to-decode.js";
import type { FrameRange } from "#model/plan.js";

/** Shortest piece. Each begins with an IDR picture, and its decoder may have to run up to it. */
const pieceSeconds = 2.5;

/** Longer films are cut into longer pieces: each one reads the source's packets from the beginning. */
const maxPiecesOfFilm = 64;

/** Cuts a range that begins and ends at clean cuts into pieces that do so, too. */
export function splitAtCuts(index: FrameIndex, range: FrameRange): FrameRange[] {
  return pieces(index, range, index.cutPoints, () => undefined);
}

/** Cuts a range into pieces: where decoding can begin, if that is near, else anywhere that a decoder reaches within two pieces. */
export function splitRange(index: FrameIndex, range: FrameRange): FrameRange[] {
  const starts = decodeStartsOf(index);
  return pieces(index, range, starts, (ideal, pieceFrames) => {
    const start = starts.findLast(({ frame }) => frame <= ideal)?.frame ?? 0;
    return ideal - start <= 2 * pieceFrames ? ideal : undefined;
  });
}

function pieces(
  index: FrameIndex,
  { startFrame, endFrame }: FrameRange,
  cuts: readonly CutPoint[],
  withoutCut: (ideal: number, pieceFrames: number) => number | undefined,
): FrameRange[] {
  const { presentationSeconds, endSeconds } = index;
  const secondsAt = (frame: number) => presentationSeconds[frame] ?? endSeconds;
  const shortest = Math.max(pieceSeconds, (endSeconds - secondsAt(0)) / maxPiecesOfFilm);
  const count = Math.max(1, Math.floor((secondsAt(endFrame) - secondsAt(startFrame)) / shortest));
  const pieceFrames = (endFrame - startFrame) / count;
  const borders = new Set([startFrame]);
  for (let piece = 1; piece < count; piece++) {
    const ideal = Math.round(startFrame + piece * pieceFrames);
    const near = nearestCut(cuts, ideal);
    const border = Math.abs(near - ideal) < pieceFrames / 2 ? near : withoutCut(ideal, pieceFrames);
    if (border !== undefined && border > startFrame && border < endFrame) borders.add(border);
  }
  const starts = [...borders].toSorted((a, b) => a - b);
  return starts.map((start, at) => ({ startFrame: start, endFrame: starts[at + 1] ?? endFrame }));
}

function nearestCut(cuts: readonly CutPoint[], frame: number): number {
  const distance = (cut: number) => Math.abs(cut - frame);
  return cuts.reduce(
    (best, cut) => (distance(cut.frame) < distance(best) ? cut.frame : best),
    Number.NEGATIVE_INFINITY,
  );
}
