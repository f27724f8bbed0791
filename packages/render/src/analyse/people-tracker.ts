import type { PlanarFrame } from "#model/image.js";
import { createFaceTracker } from "./face-tracker.js";
import type { SeenFace } from "./followed-face.js";
import { createKnownPeopleTracker } from "./known-people-tracker.js";
import type { PeopleNets } from "./look-for-people.js";
import type { PersonTarget } from "./person-target.js";

/** The networks that faces are followed with; the embedder is needed for known people only. */
export type TrackerNets = Omit<PeopleNets, "embedder"> & Partial<PeopleNets>;

/** Follows all people of a cast through consecutive frames. */
export interface PeopleTracker {
  /** Every face of this frame that may turn out to be somebody's. Call once a frame, in order, one at a time. */
  look(frame: PlanarFrame): Promise<readonly SeenFace[]>;
  /**
   * The next frames of which it is known who is where: one entry a frame, in it one a person, in the order of the targets. What a
   * later frame says about them is in it.
   * @param isEnd whether no more frames come; all that are left are given then.
   */
  settle(isEnd: boolean): readonly (readonly (PersonInFrame | undefined)[])[];
}

/** One person's face in one frame. */
export interface PersonInFrame {
  /** One of those that `look` gave for the frame. */
  readonly seen: SeenFace;
  /** Number of the unbroken run, from 1. */
  readonly run: number;
}

/**
 * @param targets one `largest`, or any number of known people. @param angleRadians clockwise turn of faces in the stored picture
 * (minus the rotation a player applies).
 */
export function createPeopleTracker(
  { detector, landmarks, embedder }: TrackerNets,
  targets: readonly PersonTarget[],
  angleRadians: number,
): PeopleTracker {
  const known = targets.flatMap((target) => (target.kind === "known" ? [target] : []));
  if (known.length === targets.length && embedder !== undefined)
    return createKnownPeopleTracker({ detector, landmarks, embedder }, known, angleRadians);
  if (targets.length > 1 || known.length > 0) throw new Error("the largest face is followed alone and unknown");
  const tracker = createFaceTracker(detector, landmarks, angleRadians);
  let settled: (readonly (PersonInFrame | undefined)[])[] = [];
  return {
    async look(frame) {
      const tracked = await tracker.track(frame);
      const found = tracked && { seen: { mesh: tracked.mesh }, run: tracked.run };
      settled.push([found]);
      return found === undefined ? [] : [found.seen];
    },
    settle() {
      const given = settled;
      settled = [];
      return given;
    },
  };
}
