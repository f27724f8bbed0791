import { createHash } from "node:crypto";
import type { FaceEmbedding } from "#nets/face-embedder.js";

/** Whom the tracker is to follow. */
export type PersonTarget =
  /** Whoever's face is largest; what they are known by, once that was found out (`find-largest.ts`). */
  | { readonly kind: "largest"; readonly anchor?: KnownBy }
  /** One person, known by some views of their face, and told apart from those of everybody else in the film. */
  | ({ readonly kind: "known" } & KnownBy);

/** Some views of a person's face, and those of everybody else it is told apart from. */
export interface KnownBy {
  readonly embeddings: readonly FaceEmbedding[];
  readonly others: readonly FaceEmbedding[];
}

/**
 * How a track says whose face it is: `largest`, whose anchor follows from the video and the segment alone, or a digest of what the
 * person is known by. Fit for a file name.
 */
export function personKey(target: PersonTarget): string {
  if (target.kind === "largest") return "largest";
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of [...target.embeddings, ...target.others])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return `known-${target.embeddings.length}-${hash.digest("hex").slice(0, 16)}`;
}
