/** What an actor does at one moment. All amounts default to 0. */
export interface ActorState {
  /** Head turn in radians; positive looks to the right in the picture. */
  readonly yawRadians: number;
  /** Head nod in radians; positive looks down. */
  readonly pitchRadians: number;
  /** Head tilt in radians; positive tilts to the left in the picture. */
  readonly rollRadians: number;
  /** Shift of the whole person to the right in eye distances; 8 is outside of a usual frame. */
  readonly offsetX: number;
  /** Shift of the whole person upwards in eye distances. */
  readonly offsetY: number;
  /** Jaw opening 0..1. */
  readonly jaw: number;
  /** Lips drawn wide (as in "ee"), 0..1. */
  readonly wide: number;
  /** Lips rounded (as in "oo"), 0..1. */
  readonly round: number;
  /** Smile 0..1. */
  readonly smile: number;
  /** Raised brows 0..1. */
  readonly brow: number;
  /** Closure of the person's right eye, 0 open .. 1 shut. */
  readonly blinkRight: number;
  /** Closure of the person's left eye, 0 open .. 1 shut. */
  readonly blinkLeft: number;
  /** Eyes to the right in the picture, -1..1. */
  readonly gazeX: number;
  /** Eyes up, -1..1. */
  readonly gazeY: number;
  /** Narrowed eyes 0..1. */
  readonly squint: number;
  /** Where the prop is, if the actor has one: 0 below the frame .. 1 in its place. Default 1. */
  readonly propRaise: number;
}

/** Looks into the camera, silent. */
export const NEUTRAL_STATE: ActorState = {
  yawRadians: 0,
  pitchRadians: 0,
  rollRadians: 0,
  offsetX: 0,
  offsetY: 0,
  jaw: 0,
  wide: 0,
  round: 0,
  smile: 0,
  brow: 0,
  blinkRight: 0,
  blinkLeft: 0,
  gazeX: 0,
  gazeY: 0,
  squint: 0,
  propRaise: 1,
};
