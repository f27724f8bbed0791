import type { FrameIndex } from "#model/media.js";
import type { FrameRange } from "#model/plan.js";

/** Shortest piece. Each begins with an IDR picture, and its decoder may have to run up to it. */
const pieceSeconds = 2.5;

/** Longer films are cut into longer pieces: each one reads the source's packets from the beginning. */
const maxPiecesOfFilm = 64;

/** Cuts a range that begins and ends at clean cuts into pieces that do so, too. */
export function splitAtCuts(index: FrameIndex, range: FrameRange): FrameRange[] {
  return pieces(index, range, () => undefined);
}

/** Cuts a range into pieces: at clean cuts where some are near, else anywhere that a decoder reaches within two pieces. */
export function splitRange(index: FrameIndex, range: FrameRange): FrameRange[] {
  return pieces(index, range, (ideal, pieceFrames) => {
    const start = index.cutPoints.findLast(({ frame }) => frame <= ideal)?.frame ?? 0;
    return ideal - start <= 2 * pieceFrames ? ideal : undefined;
  });
}

function pieces(
  index: FrameIndex,
  { startFrame, endFrame }: FrameRange,
  withoutCut: (ideal: number, pieceFrames: number) => number | undefined,
): FrameRange[] {
  const { presentationSeconds, endSeconds, cutPoints } = index;
  const secondsAt = (frame: number) => presentationSeconds[frame] ?? endSeconds;
  const shortest = Math.max(pieceSeconds, (endSeconds - secondsAt(0)) / maxPiecesOfFilm);
  const count = Math.max(1, Math.floor((secondsAt(endFrame) - secondsAt(startFrame)) / shortest));
  const pieceFrames = (endFrame - startFrame) / count;
  const borders = new Set([startFrame]);
  for (let piece = 1; piece < count; piece++) {
    const ideal = Math.round(startFrame + piece * pieceFrames);
    const near = nearestCut(cutPoints, ideal);
    const border = Math.abs(near - ideal) < pieceFrames / 2 ? near : withoutCut(ideal, pieceFrames);
    if (border !== undefined && border > startFrame && border < endFrame) borders.add(border);
  }
  const starts = [...borders].toSorted((a, b) => a - b);
  return starts.map((start, at) => ({ startFrame: start, endFrame: starts[at + 1] ?? endFrame }));
}

function nearestCut(cuts: FrameIndex["cutPoints"], frame: number): number {
  const distance = (cut: number) => Math.abs(cut - frame);
  return cuts.reduce(
    (best, cut) => (distance(cut.frame) < distance(best) ? cut.frame : best),
    Number.NEGATIVE_INFINITY,
  );
}
