import { similarity, type FaceEmbedding } from "#nets/face-embedder.js";
import type { PersonTarget } from "./person-target.js";

/** Whose face one is: a target's place in the cast, somebody else's, or nobody can tell from this frame. */
export type Verdict = number | "stranger" | "unsure";

/** One of a cast of known people. */
export type KnownTarget = Extract<PersonTarget, { kind: "known" }>;

/**
 * A face is a target's from this cosine to one of their views on. It is low, because whoever else is in the film is known, too, and
 * must be less like it (docs/quality.md: one person 0.68 and more in nine of ten pairs, strangers 0.36 and less).
 */
const samePerson = 0.4;
/** A face less like a target than this, seen from the front, is somebody else's. */
const otherPerson = 0.25;
/** What the nearer of two people must be nearer by. */
const margin = 0.05;
/** A head that is turned further is unlike everybody: that it is unlike the target says nothing. */
const frontalYawDegrees = 35;

/** How like each target a face is. */
export function likenesses(embedding: FaceEmbedding, targets: readonly KnownTarget[]): Likeness[] {
  return targets.map(({ embeddings, others }) => ({
    own: nearest(embedding, embeddings),
    other: nearest(embedding, others),
  }));
}

/** Cosine to the nearest view of a target, and to the nearest of everybody else in the film. */
export interface Likeness {
  readonly own: number;
  readonly other: number;
}

/** Judges one face by itself. @param taken targets that a face more like them has. */
export function judge(
  likenesses: readonly Likeness[],
  yawDegrees: number,
  taken: ReadonlySet<number> = new Set(),
): Verdict {
  let best: number | undefined;
  for (const [target, { own, other }] of likenesses.entries()) {
    if (taken.has(target) || own < samePerson || own < other + margin) continue;
    if (best === undefined || own > likenesses[best]!.own) best = target;
  }
  if (best !== undefined) return best;
  const isFrontal = Math.abs(yawDegrees) <= frontalYawDegrees;
  const isOther = likenesses.every(
    ({ own, other }, target) =>
      taken.has(target) || (isFrontal && own < otherPerson) || (other >= samePerson && other >= own + margin),
  );
  return isOther ? "stranger" : "unsure";
}

function nearest(embedding: FaceEmbedding, views: readonly FaceEmbedding[]): number {
  return views.reduce((most, view) => Math.max(most, similarity(embedding, view)), -1);
}
