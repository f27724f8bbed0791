import type { PlanarFrame, RgbImage } from "#model/image.js";
import type { DetectedFace } from "#nets/face-detector.js";
import { squareAround, type FaceLandmarks, type FaceMesh } from "#nets/face-landmarks.js";

/** Below this the landmark network does not believe in a face. */
export const minimumPresence = 0.5;

/** The landmark network wants the face with this much room. */
export const roiFactor = 1.5;

/**
 * A face is only taken up when detector and network are sure. Measured on footage without a face (hands, a blurred room):
 * detector up to 0.71, and network up to 1.0 on the second look but rarely on the first; on real faces of five clips at
 * least 0.79 and 1.0. A face once taken up is followed down to `minimumPresence`.
 */
export const sureScore = 0.72;
const surePresence = 0.9;

/** Looks twice at a face that the detector is sure of. @returns its landmarks, or undefined when it is none. */
export async function confirmFace(
  landmarks: FaceLandmarks,
  picture: PlanarFrame | RgbImage,
  face: DetectedFace,
): Promise<FaceMesh | undefined> {
  const rough = await landmarks.read(picture, { ...face, sizePixels: face.sizePixels * roiFactor });
  if (rough.presence < surePresence) return undefined;
  const fine = await landmarks.read(picture, squareAround(rough.mesh, roiFactor));
  return fine.presence < minimumPresence ? undefined : fine.mesh;
}
