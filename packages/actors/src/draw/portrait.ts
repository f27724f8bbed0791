import type { ActorState } from "#motion/state.js";
import type { Actor } from "#person/actor.js";
import { openScene, type Frame } from "./scene.js";

/** A still of one actor. */
export interface PortraitOptions {
  /** Pixels, 16..4096. */
  readonly width: number;
  /** Pixels, 16..4096. */
  readonly height: number;
  /** What the actor does; default neutral with a hint of a smile. */
  readonly state?: Partial<ActorState>;
  /** Forehead to chin as a share of the height. Default 0.43 in square and wide pictures. */
  readonly faceHeight?: number;
  /** Multiplies the light. Default 1. */
  readonly exposure?: number;
  /** Which room. Default: the actor's seed. */
  readonly backgroundSeed?: number;
}

/** Draws one picture of an actor. For more than one picture, open a scene. */
export function drawPortrait(actor: Actor, options: PortraitOptions): Frame {
  const { width, height, state = { smile: 0.2 }, faceHeight, exposure = 1 } = options;
  const scene = openScene({
    width,
    height,
    actors: [{ actor, ...(faceHeight === undefined ? {} : { faceHeight }) }],
    backgroundSeed: options.backgroundSeed ?? actor.spec.seed,
  });
  return scene.draw([state], { exposure });
}
