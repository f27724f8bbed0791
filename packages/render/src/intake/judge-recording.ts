import { UnderstudyError, type ErrorCode } from "#model/errors.js";
import type { FaceMatch } from "./check-recording.js";

/** What the thread that looks at a recording says. */
export type RecordingReport =
  | { readonly kind: "matches"; readonly faceMatch: FaceMatch }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly hint: string };

/** What one frame shows: how many faces and, where it is one, its cosine with each photo. */
export interface SeenFrame {
  readonly faceCount: number;
  readonly similarities: readonly number[];
}

/** How many frames of a recording are looked at, spread evenly. */
export const sampledFrames = 12;

/**
 * What the median similarity must reach. Measured as here: 36 pairs of a clip with a photo of somebody else have medians
 * from -0.26 to 0.59 (nine of ten below 0.4), a clip with one of its own frames 0.81 to 0.97. Single pairs of pictures of
 * one person are above 0.68 in nine of ten (docs/quality.md). A wrong refusal costs another recording, a wrong pass harms
 * a person.
 */
export const similarityThreshold = 0.63;

/** Fewer frames with a face say little; more frames with company are no recording of one person. */
const fewestFramesWithFace = sampledFrames / 2;
const mostFramesWithCompany = sampledFrames / 6;

/**
 * Decides whether the frames show the person of the photos: the median over the frames with exactly one face, of the photo
 * that is least alike.
 * @throws UnderstudyError `recording-mismatch` with the numbers.
 */
export function judgeRecording(frames: readonly SeenFrame[]): FaceMatch {
  const alone = frames.filter(({ faceCount }) => faceCount === 1);
  const withCompany = frames.filter(({ faceCount }) => faceCount > 1).length;
  const refuse = (message: string): never => {
    throw new UnderstudyError("recording-mismatch", message);
  };
  if (withCompany > mostFramesWithCompany) {
    refuse(`The recording shows several people in ${withCompany} of ${frames.length} frames.`);
  }
  if (alone.length < fewestFramesWithFace) {
    refuse(
      `The recording shows a face in ${alone.length} of ${frames.length} frames; ${fewestFramesWithFace} are needed.`,
    );
  }
  const photoCount = alone[0]?.similarities.length ?? 0;
  const medians = Array.from({ length: photoCount }, (_, photo) =>
    median(alone.map(({ similarities }) => similarities[photo]!)),
  );
  const similarity = Math.min(...medians);
  if (similarity < similarityThreshold) {
    refuse(
      `The recording shows another person than the photo: similarity ${similarity.toFixed(2)}, ${similarityThreshold} is needed.`,
    );
  }
  return {
    similarity: Math.round(similarity * 1000) / 1000,
    threshold: similarityThreshold,
    sampledFrames: frames.length,
    framesWithFace: alone.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
