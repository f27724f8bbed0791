import type { Looked } from "./look-for-people.js";
import type { Sighting } from "./sighting.js";

/** The sightings of one person, ascending by frame; at most one a frame. */
export type Group = readonly Sighting[];

/**
 * Cosine from which a face is the person of a group (docs/quality.md: strangers reach 0.36 in one of ten pairs and 0.62 at most, one
 * person has 0.68 in nine of ten). The mean of a group is nearer to each of its faces than they are to each other.
 */
const samePerson = 0.55;
/** The same for a face at the place where the person was in the frame looked at before: turned away, blurred, cut by the edge. */
const sameInPlace = 0.3;

/**
 * Tells the faces of a film apart: frame by frame, each face goes to the nearest person so far, or is a new one; then groups that are
 * one person are put together, the nearest first. Two faces of one frame are never one person.
 */
export function groupPeople({ frames, sightings }: Looked): Group[] {
  const groups: OpenGroup[] = [];
  let before = -1;
  for (const frame of frames) {
    const faces = sightings.filter((sighting) => sighting.frame === frame);
    const pairs = faces.flatMap((face) =>
      groups.map((group) => ({ face, group, cosine: fit(face, group, before) })).filter(({ cosine }) => cosine > 0),
    );
    const placed = new Set<Sighting | OpenGroup>();
    for (const { face, group } of pairs.sort((a, b) => b.cosine - a.cosine)) {
      if (placed.has(face) || placed.has(group)) continue;
      placed.add(face).add(group);
      add(group, [face]);
    }
    for (const face of faces) {
      if (placed.has(face)) continue;
      const group: OpenGroup = { members: [], sum: new Float64Array(face.embedding.length) };
      add(group, [face]);
      groups.push(group);
    }
    before = frame;
  }
  return joinGroups(groups).map(({ members }) => members);
}

/** The direction between some embeddings, of length 1. */
export function meanDirection(embeddings: readonly (readonly number[])[]): number[] {
  const sum = new Float64Array(embeddings[0]?.length ?? 0);
  for (const embedding of embeddings) embedding.forEach((value, i) => (sum[i]! += value));
  const length = Math.hypot(...sum) || 1;
  return Array.from(sum, (value) => value / length);
}

/** Cosine of two directions of length 1. */
export function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  for (let i = 0; i < a.length; i++) product += a[i]! * b[i]!;
  return product;
}

interface OpenGroup {
  readonly members: Sighting[];
  readonly sum: Float64Array;
}

function add(group: OpenGroup, sightings: readonly Sighting[]): void {
  group.members.push(...sightings);
  for (const { embedding } of sightings) embedding.forEach((value, i) => (group.sum[i]! += value));
}

/** @returns how well the face fits, 0 when it does not. @param before frame that was looked at before the face's. */
function fit(face: Sighting, group: OpenGroup, before: number): number {
  const cosine = cosineOf(face.embedding, group.sum) / (Math.hypot(...group.sum) || 1);
  if (cosine >= samePerson) return cosine;
  const last = group.members.at(-1)!;
  return cosine >= sameInPlace && last.frame === before && isNear(face, last) ? cosine : 0;
}

/** Half a second moves a head by less than half its size, mostly. */
function isNear({ box: a }: Sighting, { box: b }: Sighting): boolean {
  return Math.hypot(a.centerX - b.centerX, a.centerY - b.centerY) < 0.5 * Math.min(a.sizePixels, b.sizePixels);
}

function joinGroups(groups: OpenGroup[]): OpenGroup[] {
  for (;;) {
    let best: { readonly cosine: number; readonly into: OpenGroup; readonly from: OpenGroup } | undefined;
    for (const [i, into] of groups.entries()) {
      for (const from of groups.slice(i + 1)) {
        const cosine = cosineOf(into.sum, from.sum) / (Math.hypot(...into.sum) * Math.hypot(...from.sum) || 1);
        if (cosine < Math.max(samePerson, best?.cosine ?? 0) || areSeenTogether(into, from)) continue;
        best = { cosine, into, from };
      }
    }
    if (best === undefined) return groups;
    add(best.into, best.from.members.splice(0));
    best.into.members.sort((a, b) => a.frame - b.frame);
    groups = groups.filter(({ members }) => members.length > 0);
  }
}

function areSeenTogether(a: OpenGroup, b: OpenGroup): boolean {
  const frames = new Set(a.members.map(({ frame }) => frame));
  return b.members.some(({ frame }) => frames.has(frame));
}
