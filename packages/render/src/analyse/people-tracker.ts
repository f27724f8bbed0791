import { headPose } from "#face-mesh/mesh-measures.js";
import type { PlanarFrame } from "#model/image.js";
import type { FaceMesh } from "#nets/face-landmarks.js";
import { createFaceTracker } from "./face-tracker.js";
import type { SeenFace } from "./followed-face.js";
import { createKnownPeopleTracker } from "./known-people-tracker.js";
import type { PeopleNets } from "./look-for-people.js";
import type { KnownBy, PersonTarget } from "./person-target.js";
import { judge, likenesses, type KnownTarget } from "./tell-apart.js";

/** The networks that faces are followed with; the embedder is not needed for the largest face without an anchor. */
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
  const known = targets.flatMap(knownTargetOf);
  if (known.length === targets.length && embedder !== undefined)
    return createKnownPeopleTracker({ detector, landmarks, embedder }, known, angleRadians);
  const [target] = targets;
  if (targets.length > 1 || target?.kind !== "largest") throw new Error("the largest face is followed alone");
  const isThePerson = target.anchor && embedder && recogniser(embedder, target.anchor);
  const tracker = createFaceTracker(detector, landmarks, angleRadians, isThePerson);
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

/** The largest face is known like any other where there is somebody it could be mistaken for. */
function knownTargetOf(target: PersonTarget): KnownTarget[] {
  if (target.kind === "known") return [target];
  return target.anchor === undefined || target.anchor.others.length === 0 ? [] : [{ kind: "known", ...target.anchor }];
}

/** Whether a face may be the person's, who is alone as far as anybody knows: it is unless it surely is not. */
function recogniser(embedder: PeopleNets["embedder"], anchor: KnownBy) {
  return async (frame: PlanarFrame, mesh: FaceMesh): Promise<boolean> => {
    const likeness = likenesses(await embedder.embed(frame, mesh), [{ kind: "known", ...anchor }]);
    return judge(likeness, headPose(mesh).yawDegrees) !== "stranger";
  };
}
