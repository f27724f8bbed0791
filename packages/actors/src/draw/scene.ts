import { CHIN, FOREHEAD_TOP } from "#face/landmarks.js";
import type { ActorState } from "#motion/state.js";
import type { Actor } from "#person/actor.js";
import { detailFor, lookOf } from "#person/look.js";
import { shapeFace } from "#person/face-shape.js";
import type { PropKind } from "#person/props.js";
import { ActorPainter, type StageTimes } from "./actor-painter.js";
import { paintBackdrop } from "./backdrop.js";
import type { Placement } from "./camera.js";
import { buildModel } from "./model.js";
import { SampleBuffer, type PixelBox } from "./sample-buffer.js";
import { develop } from "./tone.js";
import { coverTruth, type Box, type FaceTruth } from "./truth.js";

/** One actor in a scene. Later actors stand before earlier ones. */
export interface CastMember {
  readonly actor: Actor;
  /** Centre of the face from the left edge, as a share of the width. Default: all actors spread evenly. */
  readonly centerX?: number;
  /** Centre of the face from the top edge, as a share of the height. Default 0.44. */
  readonly centerY?: number;
  /** Forehead to chin as a share of the picture's height. Default 0.43 in wide pictures, less where many actors share it. */
  readonly faceHeight?: number;
  /** Something held before the camera; `ActorState.propRaise` moves it. */
  readonly prop?: PropKind;
}

/** A room with actors. Plain data, so a worker thread can open the same scene. */
export interface SceneSpec {
  /** Pixels, 16..4096. */
  readonly width: number;
  /** Pixels, 16..4096. */
  readonly height: number;
  /** Empty for a room without people. */
  readonly actors: readonly CastMember[];
  /** Which room. Default 1. */
  readonly backgroundSeed?: number;
  /** Where the lamps stand. Default: as `backgroundSeed`. */
  readonly lightSeed?: number;
}

/** What differs between the frames of a scene beside the actors' states. */
export interface FrameOptions {
  /** Multiplies the light: 1 normal, 0.1 a dark picture, 2 burnt out. Default 1. */
  readonly exposure?: number;
  /** Choose another film grain for every frame, say its number. Default 0. */
  readonly grainSeed?: number;
}

/** A drawn picture with its truth. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Packed red, green, blue bytes. */
  readonly rgb: Uint8Array;
  /** One entry per actor of the scene that was drawn, in the scene's order. */
  readonly faces: readonly FaceTruth[];
}

/** Draws frames of one scene. A frame depends on the scene and its own arguments alone, in any order of drawing. */
export interface Scene {
  readonly spec: SceneSpec;
  /** Milliseconds per stage of the last frame. */
  readonly stageTimes: Readonly<StageTimes>;
  /**
   * Draws one frame. `states` has one entry per actor: what it does (what is left out is neutral), or null to leave it
   * out. Missing entries are neutral. The returned bytes are the caller's own.
   */
  draw(states?: readonly (Partial<ActorState> | null)[], options?: FrameOptions): Frame;
}

function placementOf(member: CastMember, index: number, spec: SceneSpec): Placement {
  const { width, height, actors } = spec;
  const face = shapeFace(member.actor.person);
  const units = face[3 * FOREHEAD_TOP + 1]! - face[3 * CHIN + 1]!;
  // a face must leave room for shoulders at its sides
  const usual = (0.43 * Math.min(height, (1.15 * width) / Math.max(1, actors.length))) / height;
  return {
    centerX: width * (member.centerX ?? (index + 1) / (actors.length + 1)),
    centerY: height * (member.centerY ?? 0.44),
    pixelsPerUnit: ((member.faceHeight ?? usual) * height) / units,
  };
}

/** Puts the empty room back where actors were drawn. */
function restore(linear: Float32Array, backdrop: Float32Array, width: number, box: Box): void {
  for (let y = box.top; y < box.top + box.height; y++) {
    const start = 3 * (y * width + box.left);
    linear.set(backdrop.subarray(start, start + 3 * box.width), start);
  }
}

const sizeIsValid = (size: number): boolean => Number.isInteger(size) && size >= 16 && size <= 4096;

/** Opens a scene: makes the actors (0.1 to 0.5 s each, kept with the actor) and paints the room. */
export function openScene(spec: SceneSpec): Scene {
  const { width, height } = spec;
  if (!sizeIsValid(width) || !sizeIsValid(height))
    throw new RangeError(`a scene cannot be ${width} x ${height} pixels`);
  const backgroundSeed = spec.backgroundSeed ?? 1;
  const backdrop = paintBackdrop(width, height, backgroundSeed);
  const linear = Float32Array.from(backdrop);
  let painted: Box[] = [];
  const all: PixelBox = { left: 0, top: 0, right: width, bottom: height };
  const buffer = new SampleBuffer(width, height);
  const painters = spec.actors.map((member, index) => {
    const placement = placementOf(member, index, spec);
    const face = shapeFace(member.actor.person);
    const faceHeight = placement.pixelsPerUnit * (face[3 * FOREHEAD_TOP + 1]! - face[3 * CHIN + 1]!);
    const look = lookOf(member.actor, detailFor(faceHeight));
    return new ActorPainter(buildModel(look, member.prop ?? null), placement, spec.lightSeed ?? backgroundSeed);
  });
  const times: StageTimes = { pose: 0, shadow: 0, visibility: 0, strands: 0, light: 0, shade: 0, develop: 0 };
  return {
    spec,
    stageTimes: times,
    draw(states = [], { exposure = 1, grainSeed = 0 } = {}) {
      for (const stage of Object.keys(times) as (keyof StageTimes)[]) times[stage] = 0;
      for (const box of painted) restore(linear, backdrop, width, box);
      painted = [];
      const faces: FaceTruth[] = [];
      painters.forEach((painter, index) => {
        const state = states[index];
        if (state === null) return;
        const face = painter.paint(state ?? {}, linear, buffer, times);
        faces.forEach((behind, i) => (faces[i] = coverTruth(behind, buffer)));
        faces.push(face);
        painted.push(face.actorBox);
      });
      const start = performance.now();
      const rgb = new Uint8Array(width * height * 3);
      develop(linear, width, all, exposure, grainSeed, rgb);
      times.develop = performance.now() - start;
      return { width, height, rgb, faces };
    },
  };
}
