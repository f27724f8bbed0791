import { EYES, type EyeContour } from "#face/landmarks.js";
import { vertexAt, type Vec3 } from "#maths/vector.js";
import type { Actor } from "./actor.js";
import { torsoSurface } from "./body.js";
import { paintEye, type EyeMap } from "./eye-map.js";
import { controlsThrough, shapeFace } from "./face-shape.js";
import type { Surface } from "./grid.js";
import { growBeard, type SurfaceStrands } from "./beard.js";
import { growHair, type HairStrands } from "./hair.js";
import { buildHead, type Head } from "./head.js";
import type { Person } from "./person.js";
import { paintSkin, type SkinMap } from "./skin.js";
import { paintTorso, type TorsoMap } from "./torso-map.js";

/** How finely an actor is made, after the height of the face in the picture. */
export interface Detail {
  /** Subdivision levels of the face. */
  readonly meshLevels: 1 | 2;
  /** Side of the skin map in pixels. */
  readonly skinSize: number;
  /** Share of all hair strands, 0..1. */
  readonly hairShare: number;
  /** Side of the shadow map in pixels. */
  readonly shadowSize: number;
}

const FAR: Detail = { meshLevels: 1, skinSize: 384, hairShare: 0.25, shadowSize: 256 };
const MIDDLE: Detail = { meshLevels: 1, skinSize: 640, hairShare: 0.55, shadowSize: 384 };
const NEAR: Detail = { meshLevels: 2, skinSize: 1024, hairShare: 1, shadowSize: 512 };

/** Detail for a face of this height (forehead to chin) in pixels. */
export function detailFor(faceHeightPixels: number): Detail {
  return faceHeightPixels < 100 ? FAR : faceHeightPixels < 190 ? MIDDLE : NEAR;
}

/** Centre and radius of one eyeball behind its lids. */
export interface EyeSocket {
  readonly center: Vec3;
  readonly radius: number;
  readonly contour: EyeContour;
}

/** Everything of a person that does not change while acting. */
export interface Look {
  readonly person: Person;
  readonly detail: Detail;
  /** The 468 rest vertices. */
  readonly face: Float64Array;
  /** Control points whose subdivided surface passes through `face`. */
  readonly controls: Float64Array;
  readonly head: Head;
  readonly sockets: readonly [EyeSocket, EyeSocket];
  readonly torso: Surface;
  readonly skin: SkinMap;
  readonly torsoMap: TorsoMap;
  readonly eyeMap: EyeMap;
  readonly hair: HairStrands | null;
  readonly beard: SurfaceStrands | null;
}

const EYE_RADIUS = 0.185;

function eyeSocket(face: Float64Array, contour: EyeContour): EyeSocket {
  const upper = vertexAt(face, contour.upper[4]!);
  const lower = vertexAt(face, contour.lower[4]!);
  const outer = vertexAt(face, contour.upper[0]!);
  const inner = vertexAt(face, contour.upper[8]!);
  const half = Math.abs(upper[1] - lower[1]) / 2;
  const front = Math.max(upper[2], lower[2]);
  const x = 0.6 * ((upper[0] + lower[0]) / 2) + 0.4 * ((outer[0] + inner[0]) / 2);
  const y = (upper[1] + lower[1]) / 2;
  let z = front - Math.sqrt((EYE_RADIUS * 1.06) ** 2 - half * half) - 0.004;
  // the ball stays behind the skin at both corners
  for (const corner of [outer, inner]) {
    const squared = EYE_RADIUS ** 2 - (corner[0] - x) ** 2 - (corner[1] - y) ** 2;
    if (squared > 0) z = Math.max(z - 0.035, Math.min(z, corner[2] - 0.012 - Math.sqrt(squared)));
  }
  return { center: [x, y, z], radius: EYE_RADIUS, contour };
}

const looks = new WeakMap<Actor, Map<Detail, Look>>();

/** Makes a person at a detail: 0.1 s (far) to 0.5 s (near), then kept as long as the actor lives. */
export function lookOf(actor: Actor, detail: Detail): Look {
  let known = looks.get(actor);
  if (!known) looks.set(actor, (known = new Map()));
  let look = known.get(detail);
  if (!look) known.set(detail, (look = makeLook(actor.person, detail)));
  return look;
}

function makeLook(person: Person, detail: Detail): Look {
  const face = shapeFace(person);
  const controls = controlsThrough(face, detail.meshLevels);
  const head = buildHead(person, controls, detail.meshLevels);
  const torso = torsoSurface(person);
  const skin = paintSkin(person, detail.skinSize);
  return {
    person,
    detail,
    face,
    controls,
    head,
    sockets: [eyeSocket(face, EYES[0]), eyeSocket(face, EYES[1])],
    torso,
    skin,
    torsoMap: paintTorso(person, torso, detail.skinSize, detail.skinSize >> 1),
    eyeMap: paintEye(person),
    hair: growHair(person, head, detail.hairShare),
    beard: growBeard(person, head, skin, detail.hairShare),
  };
}
