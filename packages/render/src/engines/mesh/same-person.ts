import { UnderstudyError } from "#model/errors.js";
import { similarity, type FaceEmbedding } from "#nets/face-embedder.js";

/** Cosine that two photos of one person reach: two women in several poses had 0.59-0.85 each, 0.18-0.41 with the other. */
export const leastLikeness = 0.5;

/**
 * Refuses photos of somebody else: all photos of a face must show the person of the first.
 * @param identities one embedding a photo, in the order given.
 * @throws UnderstudyError `face-mismatch`, the message with the photo's number, its likeness and the limit.
 */
export function checkSamePerson(identities: readonly FaceEmbedding[]): void {
  const [first] = identities;
  for (const [k, identity] of identities.entries()) {
    const likeness = first === undefined ? 1 : similarity(first, identity);
    if (likeness >= leastLikeness) continue;
    throw new UnderstudyError(
      "face-mismatch",
      `Photo ${k + 1} seems to show another person than photo 1: their likeness is ${likeness.toFixed(2)}; ${leastLikeness} is needed.`,
    );
  }
}
