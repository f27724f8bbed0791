import type { FrameIndex, VideoTrack } from "#model/media.js";
import { cosineOf, groupPeople, meanDirection, type Group } from "./group-people.js";
import type { Looked } from "./look-for-people.js";
import type { FaceBox, Sighting } from "./sighting.js";

/** Everybody who is seen in a film; plain data, fit for JSON. */
export interface PeopleListing {
  /** By number: whoever is seen longest is 1. */
  readonly people: readonly ListedPerson[];
  /** Number of whoever is furthest left, or right, as the viewer sees it, where several people are seen together. */
  readonly left?: number;
  readonly right?: number;
}

/** One person of a film, and what they are known by. */
export interface ListedPerson {
  readonly number: number;
  /** How long the person is seen, to half a second. */
  readonly seconds: number;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  /** Mean height of the face from the brow to the chin, in pixels of the stored picture. */
  readonly meanSizePixels: number;
  /** The third of the picture in which the face mostly is, as the viewer sees it. */
  readonly side: "left" | "middle" | "right";
  /** A frame in which the person is large and looks at the camera, and everybody in it. */
  readonly example: {
    readonly frame: number;
    readonly seconds: number;
    readonly faces: readonly { readonly number: number; readonly box: FaceBox }[];
  };
  /** Some embeddings that differ most; 128 numbers of length 1 each. */
  readonly views: readonly (readonly number[])[];
}

/** Embeddings that a person is known by. */
export const maxViews = 8;
/** A view that is further from the mean of its person may be somebody else. */
const surelyThePerson = 0.5;
/** Who is only seen turned further cannot be told apart, nor be drawn well. */
const maxYawDegrees = 50;
/** Numbers have three digits. */
export const maxListedPeople = 999;

/** Makes the list out of what was seen. @param video the track, for its size and how a player turns it. */
export function listThePeople(looked: Looked, index: FrameIndex, video: VideoTrack): PeopleListing {
  const secondsOf = secondsShown(looked.frames, index);
  const groups = groupPeople(looked)
    .filter((group) => isPerson(group, looked.frames.length))
    .map((group) => ({ group, seconds: group.reduce((sum, { frame }) => sum + secondsOf(frame), 0) }))
    .sort((a, b) => b.seconds - a.seconds || a.group[0]!.frame - b.group[0]!.frame)
    .slice(0, maxListedPeople);
  const numberOf = new Map(groups.flatMap(({ group }, i) => group.map((sighting) => [sighting, i + 1] as const)));
  const people = groups.map(({ group, seconds }, i): ListedPerson => {
    const example = bestOf(group);
    const faces = looked.sightings.filter(({ frame }) => frame === example.frame);
    return {
      number: i + 1,
      seconds: roundTo(seconds, 0.01),
      firstSeconds: index.presentationSeconds[group[0]!.frame]!,
      lastSeconds: index.presentationSeconds[group.at(-1)!.frame]!,
      meanSizePixels: Math.round(mean(group.map(({ box }) => box.sizePixels))),
      side: sideOf(mean(group.map(({ box }) => acrossOf(box, video)))),
      example: {
        frame: example.frame,
        seconds: index.presentationSeconds[example.frame]!,
        faces: faces.flatMap((face) => {
          const number = numberOf.get(face);
          return number === undefined ? [] : [{ number, box: face.box }];
        }),
      },
      views: differingViews(group),
    };
  });
  return { people, ...outermost(looked, numberOf, secondsOf, video) };
}

/** Whose face is large on average, counting only who is there for a good part of the time. @param people by number. */
export function largestOf(people: readonly ListedPerson[]): ListedPerson | undefined {
  return people
    .filter(({ seconds }) => seconds >= 0.1 * people[0]!.seconds)
    .toSorted((a, b) => b.meanSizePixels - a.meanSizePixels)[0];
}

/** What some people are known by, as networks take it. */
export function viewsOf(people: readonly ListedPerson[]): Float32Array[] {
  return people.flatMap(({ views }) => views.map((view) => Float32Array.from(view)));
}

/** Where the middle of a face is from the left to the right edge of the picture as the viewer sees it, 0 to 1. */
export function acrossOf(box: FaceBox, { rotation, widthPixels, heightPixels }: VideoTrack): number {
  switch (rotation) {
    case 0:
      return box.centerX / widthPixels;
    case 90:
      return 1 - box.centerY / heightPixels;
    case 180:
      return 1 - box.centerX / widthPixels;
    default:
      return box.centerY / heightPixels;
  }
}

/** Each frame that was looked at stands for the time until the next. */
function secondsShown(frames: readonly number[], { presentationSeconds, endSeconds }: FrameIndex) {
  const seconds = new Map(
    frames.map((frame, i) => {
      const next = frames[i + 1];
      const until = next === undefined ? endSeconds : presentationSeconds[next]!;
      return [frame, until - presentationSeconds[frame]!];
    }),
  );
  return (frame: number): number => seconds.get(frame) ?? 0;
}

/** A face that is seen once in a film that was looked at several times is a mistake of the detector, or nobody to draw. */
function isPerson(group: Group, framesLooked: number): boolean {
  const isTurned = group.every(({ yawDegrees }) => Math.abs(yawDegrees) > maxYawDegrees);
  return !isTurned && group.length >= Math.min(2, Math.ceil(framesLooked / 3));
}

/** Large, and seen from the front. */
function bestOf(group: Group): Sighting {
  const worth = ({ box, yawDegrees }: Sighting): number => box.sizePixels * Math.cos((yawDegrees * Math.PI) / 180);
  return group.reduce((best, sighting) => (worth(sighting) > worth(best) ? sighting : best));
}

/** The one nearest to the mean, then always the one that is furthest from those taken. */
function differingViews(group: Group): (readonly number[])[] {
  const middle = meanDirection(group.map(({ embedding }) => embedding));
  const all = group
    .map(({ embedding }) => ({ embedding, cosine: cosineOf(embedding, middle) }))
    .sort((a, b) => b.cosine - a.cosine);
  const sure = all.filter(({ cosine }, i) => i === 0 || cosine >= surelyThePerson).map(({ embedding }) => embedding);
  const views = [sure.shift()!];
  while (views.length < maxViews && sure.length > 0) {
    const nearest = sure.map((embedding) => Math.max(...views.map((view) => cosineOf(view, embedding))));
    views.push(...sure.splice(nearest.indexOf(Math.min(...nearest)), 1));
  }
  return views;
}

/** Who is outermost for the longest time, in frames that show several people. */
function outermost(
  { frames, sightings }: Looked,
  numberOf: ReadonlyMap<Sighting, number>,
  secondsOf: (frame: number) => number,
  video: VideoTrack,
): { left?: number; right?: number } {
  const [left, right] = [new Map<number, number>(), new Map<number, number>()];
  const count = (side: Map<number, number>, number: number, seconds: number) =>
    side.set(number, (side.get(number) ?? 0) + seconds);
  for (const frame of frames) {
    const seen = sightings
      .filter((sighting) => sighting.frame === frame && numberOf.has(sighting))
      .sort((a, b) => acrossOf(a.box, video) - acrossOf(b.box, video));
    if (seen.length < 2) continue;
    count(left, numberOf.get(seen[0]!)!, secondsOf(frame));
    count(right, numberOf.get(seen.at(-1)!)!, secondsOf(frame));
  }
  const most = (side: Map<number, number>) => [...side].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0];
  // Somebody who is alone in the film is both.
  const alone = new Set(numberOf.values()).size === 1 ? 1 : undefined;
  const [leftmost, rightmost] = [most(left) ?? alone, most(right) ?? alone];
  return { ...(leftmost && { left: leftmost }), ...(rightmost && { right: rightmost }) };
}

function sideOf(across: number): ListedPerson["side"] {
  return across < 0.4 ? "left" : across > 0.6 ? "right" : "middle";
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const roundTo = (value: number, step: number): number => Math.round(value / step) * step;
