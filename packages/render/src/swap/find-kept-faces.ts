import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { SegmentOutcome } from "#model/face-track.js";
import type { VideoTrack } from "#model/media.js";
import type { Segment } from "#model/plan.js";
import { facesPath, type FacesOrigin } from "./faces-file.js";
import { openKeptFaces, type KeptFaces } from "./kept-faces.js";

/** What of a plan's faces was drawn earlier; plain data. */
export interface FoundFaces {
  /** Files of drawn faces by the index of their swap segment. */
  readonly paths: Readonly<Record<number, string>>;
  /** How these segments fared. */
  readonly outcomes: readonly SegmentOutcome[];
  /** What the gate measured when they were drawn; only when no swap segment is left to draw, else the gate is asked. */
  readonly faceFacts?: readonly FaceReferenceFacts[];
}

/**
 * Looks in a folder for the faces of a plan's swap segments. What is missing, damaged, does not fit the video's pictures, or is of
 * another video, cast, engine or range, is passed over. Reads each file once and unpacks it (0.3 ms a frame), so that nothing is
 * left to find out when they are pasted.
 */
export async function findKeptFaces(
  folder: string | undefined,
  origin: FacesOrigin,
  segments: readonly Segment[],
  video: Pick<VideoTrack, "widthPixels" | "heightPixels">,
): Promise<FoundFaces> {
  const paths: Record<number, string> = {};
  const outcomes: SegmentOutcome[] = [];
  if (folder === undefined) return { paths, outcomes };
  let faceFacts: readonly FaceReferenceFacts[] | undefined;
  let isWhole = true;
  for (const segment of segments) {
    if (segment.treatment !== "swap") continue;
    const path = facesPath(folder, segment);
    const kept = await openKeptFaces(path, origin, segment);
    const isFit = kept !== undefined && fits(kept, video) && (await kept.isSound());
    await kept?.close();
    if (!isFit) {
      isWhole = false;
      continue;
    }
    const { withoutFace, frames, faceFacts: measured } = kept.facts;
    paths[segment.index] = path;
    outcomes.push({ segmentIndex: segment.index, frames: frames.length, withoutFace });
    faceFacts ??= measured;
  }
  return { paths, outcomes, ...(isWhole && faceFacts && { faceFacts }) };
}

/** Frames that are converted lose an odd last column and row. */
function fits({ facts }: KeptFaces, video: Pick<VideoTrack, "widthPixels" | "heightPixels">): boolean {
  const size = (pixels: number): number => (facts.origin.isConverted ? pixels - (pixels % 2) : pixels);
  return facts.widthPixels === size(video.widthPixels) && facts.heightPixels === size(video.heightPixels);
}
