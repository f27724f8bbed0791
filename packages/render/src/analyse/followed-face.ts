import type { FaceMesh } from "#nets/face-landmarks.js";
import type { Verdict } from "./tell-apart.js";

/** A face in one frame. */
export interface SeenFace {
  readonly mesh: FaceMesh;
}

/** A frame of a followed face: whose it is may be found out later. */
export interface FollowedFrame {
  readonly seen: SeenFace;
  /** Number of the face and of its unbroken run. */
  readonly run: string;
  /** How far the face moved from the frame before, in interocular distances. */
  readonly step: number;
  /** Distance to the nearest other face in face sizes; infinite without one. */
  readonly apart: number;
  name: Exclude<Verdict, "unsure"> | undefined;
}

/** Nearer than this, in face sizes, one face covers so much of the other that it may be taken for it. */
export const overlappingFaces = 0.7;
/** A step that may have led to another face, in interocular distances. */
export const largeStep = 0.3;

/**
 * The frames of one face that nobody has yet said for sure whose it is. Faces are followed from frame to frame without knowing whose
 * they are, and looked at closely now and then; what was found out holds for the frames before, back to the last such look.
 */
export class FaceStory {
  /** Whose the face was when it was last sure; undefined before. */
  name: Exclude<Verdict, "unsure"> | undefined;
  #open: FollowedFrame[] = [];

  /** Frames since it was last sure. */
  get openFrames(): number {
    return this.#open.length;
  }

  append(frame: FollowedFrame): void {
    this.#open.push(frame);
  }

  /**
   * The face of the last frame is surely this one's. Was it somebody else's before, it became another's where it came nearest to
   * another face, or else where it moved most.
   */
  settle(name: Exclude<Verdict, "unsure">): void {
    const before = this.name ?? name;
    const turned = before === name ? 0 : turningPoint(this.#open);
    for (const [i, frame] of this.#open.entries()) frame.name = i < turned ? before : name;
    this.name = name;
    this.#open = [];
  }

  /**
   * Nothing more will be found out about these frames: they go on as before, up to the first in doubt; from there on they are
   * nobody's, because a face that stays as it is harms less than one in the wrong place.
   */
  giveUp(): void {
    const doubtful = this.name === undefined ? 0 : this.#open.findIndex(isDoubtful);
    for (const [i, frame] of this.#open.entries()) frame.name = doubtful < 0 || i < doubtful ? this.name! : "stranger";
    if (doubtful >= 0) this.name = undefined;
    this.#open = [];
  }
}

function isDoubtful({ step, apart }: FollowedFrame): boolean {
  return step > largeStep || apart < overlappingFaces;
}

function turningPoint(frames: readonly FollowedFrame[]): number {
  const nearest = frames.reduce((best, { apart }, i) => (apart < frames[best]!.apart ? i : best), 0);
  if (frames[nearest]!.apart < overlappingFaces) return nearest;
  return frames.reduce((best, { step }, i) => (step > frames[best]!.step ? i : best), 0);
}
