import { UnderstudyError } from "#model/errors.js";
import type { SegmentOutcome } from "#model/face-track.js";
import type { Segment } from "#model/plan.js";

/** Share of a swap segment's frames that may lack the face before the segment fails. */
const maxMissingShare = 0.1;

/** A face found in no more than this share of a segment is taken for a mistake of the detector, not for a person. */
const minSeenShare = 0.1;

/**
 * Ends the work as soon as a segment can no longer pass: the face is there, and is missing too often.
 * @param looked frames looked at so far, in this segment or a part of it. @param withoutFace those without a face.
 * @throws UnderstudyError `face-missing`.
 */
export function failEarly(segment: Segment, looked: number, withoutFace: number): void {
  const frames = segment.endFrame - segment.startFrame;
  const isSeen = looked - withoutFace > frames * minSeenShare;
  if (!isSeen || withoutFace <= frames * maxMissingShare) return;
  throw faceMissing(segment, `more than ${maxMissingShare * 100} % of the ${frames} frames`);
}

/**
 * Judges all swap segments of a plan, those whose faces an earlier render drew among them.
 * @throws UnderstudyError `no-face-in-video`, `face-missing`.
 */
export function judgeMissing(
  outcomes: readonly SegmentOutcome[],
  segments: readonly Segment[],
  allowMissingFace: boolean,
): void {
  const seenShare = allowMissingFace ? 0 : minSeenShare;
  if (outcomes.every(({ frames, withoutFace }) => frames - withoutFace <= frames * seenShare)) {
    throw new UnderstudyError("no-face-in-video", "No face was found in any of the chosen segments.");
  }
  if (allowMissingFace) return;
  for (const { segmentIndex, frames, withoutFace } of outcomes) {
    if (withoutFace <= frames * maxMissingShare) continue;
    throw faceMissing(segments[segmentIndex]!, `${withoutFace} of ${frames} frames`);
  }
}

function faceMissing({ startSeconds, endSeconds }: Segment, missing: string): UnderstudyError {
  const range = `${startSeconds.toFixed(2)}-${endSeconds.toFixed(2)} s`;
  return new UnderstudyError("face-missing", `The face is missing in ${missing} of ${range}.`);
}
