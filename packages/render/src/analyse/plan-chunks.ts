import type { CutPoint, FrameIndex } from "#model/media.js";
import type { FrameRange, Region, Segment } from "#model/plan.js";

/** A run of packets between clean cuts, and the parts of swap segments that lie in it. */
export interface Chunk {
  readonly region: Region;
  /** Ascending and disjoint. */
  readonly pieces: readonly (FrameRange & { readonly segment: Segment })[];
}

/** Shorter chunks cost more to open, and more joints, than they save. */
const minChunkSeconds = 2;

/**
 * Cuts what must be looked at into runs of packets of about the same work, at clean cuts only, so that all lanes are busy. Packets
 * that no segment needs are in no chunk.
 * @param segments ascending and disjoint. @param lanes chunks in work at a time.
 */
export function planChunks(
  { cutPoints, presentationSeconds, endSeconds }: FrameIndex,
  segments: readonly Segment[],
  lanes: number,
): Chunk[] {
  const framesPerSecond = presentationSeconds.length / endSeconds;
  const wanted = segments.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
  const enough = Math.max(minChunkSeconds * framesPerSecond, wanted / lanes);
  const chunks: { start: CutPoint; end: CutPoint; frames: number }[] = [];
  for (const [start, end] of between(cutPoints)) {
    const frames = partsOf(segments, start.frame, end.frame).reduce(
      (sum, part) => sum + part.endFrame - part.startFrame,
      0,
    );
    if (frames === 0) continue;
    const last = chunks.at(-1);
    if (last !== undefined && last.end === start && last.frames < enough) {
      last.end = end;
      last.frames += frames;
    } else chunks.push({ start, end, frames });
  }
  return chunks.map(({ start, end }, index) => ({
    region: {
      index,
      kind: "changed",
      startPacket: start.packet,
      endPacket: end.packet,
      startFrame: start.frame,
      endFrame: end.frame,
    },
    pieces: partsOf(segments, start.frame, end.frame),
  }));
}

/** Each cut with the one after it; what lies before the first is decoded from the start of the track. */
function between(cutPoints: readonly CutPoint[]): [CutPoint, CutPoint][] {
  const cuts = cutPoints[0]?.packet === 0 ? cutPoints : [{ packet: 0, frame: 0 }, ...cutPoints];
  return cuts.slice(1).map((end, i) => [cuts[i]!, end]);
}

function partsOf(segments: readonly Segment[], startFrame: number, endFrame: number): Chunk["pieces"] {
  return segments
    .filter((segment) => segment.startFrame < endFrame && segment.endFrame > startFrame)
    .map((segment) => ({
      segment,
      startFrame: Math.max(segment.startFrame, startFrame),
      endFrame: Math.min(segment.endFrame, endFrame),
    }));
}
