import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import { boxOf } from "./look-for-people.js";
import { confirmFace } from "./confirm-face.js";
import type { PeopleNets } from "./look-for-people.js";

/** A second face counts when it is this large compared with the first: passers-by far away do not. */
const secondFaceShare = 0.35;
/** The detector is less sure of a face that fills the picture. */
const maxFacesTried = 6;

/**
 * What the one person in a photo is known by. The photo is only compared, never drawn: it may be dark, turned or small.
 * @returns 128 numbers of length 1.
 * @throws UnderstudyError `no-face-in-photo`, `many-faces-in-photo`.
 */
export async function recognisePhoto(
  photo: RgbImage,
  { detector, landmarks, embedder }: PeopleNets,
): Promise<readonly number[]> {
  const meshes: Float32Array[] = [];
  for (const face of (await detector.detect(photo)).slice(0, maxFacesTried)) {
    const mesh = await confirmFace(landmarks, photo, face);
    if (mesh !== undefined) meshes.push(mesh);
  }
  const [first, second] = meshes;
  if (first === undefined) {
    throw new UnderstudyError("no-face-in-photo", "No face was found in the photo of the person to replace.");
  }
  if (second !== undefined && boxOf(second).sizePixels > secondFaceShare * boxOf(first).sizePixels) {
    const message = `The photo of the person to replace shows at least ${meshes.length} faces.`;
    throw new UnderstudyError("many-faces-in-photo", message, { hint: "Crop the photo to the one person." });
  }
  return Array.from(await embedder.embed(photo, first));
}
