import type { FaceReferenceFacts } from "#engines/face-engine.js";
import type { Segment } from "#model/plan.js";
import { facesPath, type FacesOrigin } from "./faces-file.js";
import { openKeptFaces } from "./kept-faces.js";

/** What of a plan's faces was drawn earlier; plain data. */
export interface FoundFaces {
  /** Files of drawn faces by the index of their swap segment. */
  readonly paths: Readonly<Record<number, string>>;
  /** What the gate measured when they were drawn; only when no swap segment is left to draw, else the gate is asked. */
  readonly faceFacts?: FaceReferenceFacts;
}

/**
 * Looks in a folder for the faces of a plan's swap segments. What is missing, damaged or of another video, photo, engine or
 * range is passed over. Reads each file once, for its hash.
 */
export async function findKeptFaces(
  folder: string | undefined,
  origin: FacesOrigin,
  segments: readonly Segment[],
): Promise<FoundFaces> {
  if (folder === undefined) return { paths: {} };
  const paths: Record<number, string> = {};
  let faceFacts: FaceReferenceFacts | undefined;
  let isWhole = true;
  for (const segment of segments) {
    if (segment.treatment !== "swap") continue;
    const path = facesPath(folder, segment);
    const kept = await openKeptFaces(path, origin, segment);
    await kept?.close();
    if (kept === undefined) isWhole = false;
    else paths[segment.index] = path;
    faceFacts ??= kept?.facts.faceFacts;
  }
  return { paths, ...(isWhole && faceFacts && { faceFacts }) };
}
