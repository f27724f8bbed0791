import { UnderstudyError } from "#model/errors.js";
import type { FrameRange, Segment } from "#model/plan.js";
import type { Stopwatch } from "#stopwatch.js";
import type { FacesOrigin } from "./faces-file.js";
import { openKeptFaces } from "./kept-faces.js";
import type { regionParts } from "./region-work.js";
import type { SegmentWork } from "./segment-work.js";

/**
 * A part of a segment whose faces an earlier render drew.
 * @param path file of the whole segment's faces, which `findKeptFaces` has looked through.
 */
export async function openKeptSegment(
  { segment, startFrame, endFrame }: FrameRange & { readonly segment: Segment },
  path: string,
  origin: FacesOrigin,
  stopwatch: Stopwatch<(typeof regionParts)[number]>,
): Promise<SegmentWork> {
  const kept = await openKeptFaces(path, origin, segment);
  if (kept === undefined) throw unfit();
  const { samples, withoutFace } = kept.facts;
  const frames = endFrame - startFrame;
  return {
    async draw(planes, n) {
      if (!(await stopwatch.time("draw", () => kept.paste(planes, n)))) throw unfit();
    },
    async finish() {
      return {
        // Frames without a face are counted over the segment; its first part tells of all of them.
        outcome: {
          segmentIndex: segment.index,
          frames,
          withoutFace: startFrame === segment.startFrame ? withoutFace : 0,
        },
        samples: samples.filter(({ frameNumber }) => startFrame <= frameNumber && frameNumber < endFrame),
        keptFrames: frames,
      };
    },
    close: () => kept.close(),
  };
}

function unfit(): UnderstudyError {
  return new UnderstudyError("internal-error", "The faces that an earlier render drew changed while they were used.");
}
