import type { DecodeStart, FrameIndex } from "#model/media.js";
import { decodeStartsOf, packetsToDecode } from "#model/packets-to-decode.js";
import type { FrameRange, Region, Segment } from "#model/plan.js";

/** A run of packets between places where decoding can begin, and the parts of swap segments that lie in it. */
export interface Chunk {
  readonly region: Region;
  /** Ascending and disjoint. */
  readonly pieces: readonly (FrameRange & { readonly segment: Segment })[];
}

/** Shorter chunks cost more to open, and more joints, than they save. */
const minChunkSeconds = 2;

/**
 * Cuts what must be looked at into runs of packets of about the same work, where decoding can begin, so that all lanes are busy.
 * Packets that no segment needs are in no chunk.
 * @param segments ascending and disjoint. @param lanes chunks in work at a time.
 */
export function planChunks(index: FrameIndex, segments: readonly Segment[], lanes: number): Chunk[] {
  const { presentationSeconds, endSeconds } = index;
  const framesPerSecond = presentationSeconds.length / endSeconds;
  const wanted = segments.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
  const enough = Math.max(minChunkSeconds * framesPerSecond, wanted / lanes);
  const starts = decodeStartsOf(index);
  const chunks: { start: DecodeStart; end: DecodeStart; frames: number }[] = [];
  for (const [i, end] of starts.slice(1).entries()) {
    const start = starts[i]!;
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
  return chunks.map(({ start, end }, at) => {
    const range = { startFrame: start.frame, endFrame: end.frame };
    return {
      region: { index: at, kind: "changed", ...range, ...packetsToDecode(starts, range) },
      pieces: partsOf(segments, start.frame, end.frame),
    };
  });
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
