import type { TrackWriter } from "#face-track/track-writer.js";
import { createTurns } from "#media/turns.js";
import type { OpenPart } from "./join-track.js";
import { learnSkin, occlusionOf, steadyMask, type SkinModel } from "./occlusion-model.js";
import type { FaceSkin } from "./unwrap-face.js";

/** Frames that the usual face is learned from, evenly over those with a face; all are in memory at once (16 kB each). */
const modelFrames = 60;

/** A segment whose frames are known. */
interface SegmentSkin {
  readonly parts: readonly Pick<OpenPart, "startFrame" | "endFrame" | "skin">[];
  /** The run of each frame, 0 without a face. */
  readonly runs: Uint32Array;
}

/**
 * Learns what the face usually looks like in the segment, and writes a mask for each frame in which something is in front of it.
 * @returns the usual luma of each texel; undefined when too few frames show the face.
 */
export async function findOccluders(
  segment: SegmentSkin,
  writer: Pick<TrackWriter, "appendMask">,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { runs } = segment;
  const turn = createTurns(signal);
  const model = learnSkin(evenly(segment, modelFrames).map((n) => skinAt(segment, n)));
  if (model === undefined) return undefined;
  // Three masks at a time: each is steadied with its neighbours of the same run.
  let before: Uint8Array | undefined;
  let here = maskAt(segment, model, 0);
  for (let n = 0; n < runs.length; n++) {
    await turn();
    const after = maskAt(segment, model, n + 1);
    const steady = steadyMask(
      runs[n - 1] === runs[n] ? before : undefined,
      here,
      runs[n + 1] === runs[n] ? after : undefined,
    );
    if (runs[n] !== 0 && steady !== undefined) await writer.appendMask(n, steady);
    [before, here] = [here, after];
  }
  return model.luma;
}

/** Numbers of so many frames with a face, or of all of them. */
function evenly({ runs }: SegmentSkin, count: number): number[] {
  const seen = [...runs.keys()].filter((n) => runs[n] !== 0);
  const step = Math.max(1, seen.length / count);
  return Array.from({ length: Math.min(count, seen.length) }, (_, i) => seen[Math.floor(i * step)]!);
}

function skinAt({ parts }: SegmentSkin, n: number): FaceSkin {
  const part = parts.find(({ endFrame }) => n < endFrame)!;
  return part.skin.read(n - part.startFrame);
}

function maskAt(segment: SegmentSkin, model: SkinModel, n: number): Uint8Array | undefined {
  return segment.runs[n] ? occlusionOf(model, skinAt(segment, n)) : undefined;
}
