import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import type { FaceNets } from "#nets/face-nets.js";
import { checkPhoto, type AcceptedPhoto } from "./photo-gate.js";
import { checkSamePerson } from "./same-person.js";

/**
 * The gate for all photos of one person. A single one is told from nobody, so that the embedder is not loaded for it.
 * @param photos best first, at least one: the first stands for the person and looks ahead, the others may be turned further.
 * @returns what was read from each, in their order.
 * @throws UnderstudyError as `FaceEngine.readFaces` says; of several photos the message names the one by its number.
 */
export async function acceptPhotos(
  photos: readonly RgbImage[],
  nets: FaceNets,
): Promise<readonly [AcceptedPhoto, ...AcceptedPhoto[]]> {
  const [detector, landmarks] = await Promise.all([nets.detector(), nets.landmarks()]);
  const [first, ...further] = photos;
  if (first === undefined) throw new Error("readFaces needs a photo");
  if (further.length === 0) return [await checkPhoto(first, detector, landmarks)];
  const accepted: [AcceptedPhoto, ...AcceptedPhoto[]] = [await named(1, checkPhoto(first, detector, landmarks))];
  for (const [k, photo] of further.entries()) {
    accepted.push(await named(k + 2, checkPhoto(photo, detector, landmarks, "further")));
  }
  const embedder = await nets.embedder();
  const identities = [];
  for (const [k, photo] of photos.entries()) identities.push(await embedder.embed(photo, accepted[k]!.mesh));
  checkSamePerson(identities);
  return accepted;
}

async function named<T>(number: number, checking: Promise<T>): Promise<T> {
  try {
    return await checking;
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError)) throw thrown;
    const { code, message, hint } = thrown;
    throw new UnderstudyError(code, `Photo ${number}: ${message}`, { hint, cause: thrown });
  }
}
