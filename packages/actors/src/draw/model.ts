import { MOUTH_RING } from "#face/landmarks.js";
import { smoothStep } from "#maths/scalar.js";
import type { Vec3 } from "#maths/vector.js";
import {
  earSurface,
  eyeballSurface,
  hidesEars,
  TEETH_COUNT,
  TEETH_WIDTH,
  teethSurface,
  TORSO_COLUMNS,
  TORSO_ROWS,
  tongueSurface,
} from "#person/body.js";
import { glassesSurface } from "#person/glasses.js";
import type { Surface } from "#person/grid.js";
import type { Look } from "#person/look.js";
import { accumulateNormals } from "#person/normals.js";
import { propSurfaces, type PropKind } from "#person/props.js";

/** How the pixels of a part get their colour. */
export type Surfacing = "skin" | "torso" | "eye" | "solid" | "cavity";

/** A range of the vertices and triangles of a model with one surfacing. */
export interface Part {
  readonly name: "head" | "torso" | "ear" | "eye" | "teeth" | "tongue" | "mouth" | "glasses" | "prop";
  readonly surfacing: Surfacing;
  readonly firstVertex: number;
  readonly vertexCount: number;
  readonly firstTriangle: number;
  readonly triangleCount: number;
  /** Which socket an eye sits in: 0 the person's right one. */
  readonly eye: 0 | 1;
  /** How far the part follows the jaw, 0..1. */
  readonly jawFollow: number;
  /** Shines through a little, as skin does. */
  readonly isSkin: boolean;
  /** Strength of highlights; 0.5 is skin. */
  readonly gloss: number;
  /** Drawn from behind too. */
  readonly isTwoSided: boolean;
}

/** All surfaces of one actor (with a prop or not) in one list, in rest position. */
export interface Model {
  readonly look: Look;
  readonly parts: readonly Part[];
  readonly vertexCount: number;
  readonly rest: Float32Array;
  /** Vertex triples. */
  readonly triangles: Int32Array;
  /** Part index of every triangle. */
  readonly partOfTriangle: Uint8Array;
  /** Coordinates in the map of the part (skin, torso). */
  readonly uv: Float32Array;
  /** Linear colour of solid parts. */
  readonly albedo: Float32Array;
  /** Ambient occlusion. */
  readonly occlusion: Float32Array;
  /** 1 turns with the head .. 0 stays with the body. */
  readonly headFollow: Float32Array;
  /** -1 where triangles of a part face inwards. */
  readonly normalSign: Float32Array;
}

/** Rows of the mouth cavity behind the lips. */
export const CAVITY_ROWS = 6;

interface Draft {
  readonly part: Omit<Part, "firstVertex" | "vertexCount" | "firstTriangle" | "triangleCount">;
  readonly surface: Surface;
  readonly colourAt?: (x: number, y: number, z: number) => Vec3;
  readonly occlusionAt?: (x: number, y: number, z: number) => number;
  /** Normals that do not follow from "away from the centre". */
  readonly isInward?: boolean;
}

const PLAIN = { eye: 0, jawFollow: 0, isSkin: false, gloss: 0.5, isTwoSided: false } as const;

function cavitySurface(): Surface {
  const count = MOUTH_RING.length;
  const triangles: number[] = [];
  for (let row = 0; row < CAVITY_ROWS - 1; row++)
    for (let k = 0; k < count; k++) {
      const a = row * count + k;
      const b = row * count + ((k + 1) % count);
      triangles.push(a, b, a + count, b, b + count, a + count);
    }
  return { points: new Float32Array(count * CAVITY_ROWS * 3), triangles: Int32Array.from(triangles) };
}

/** Gaps between the teeth are darker, and so are the teeth at the corners. */
function toothColour(x: number): Vec3 {
  const q = ((x / TEETH_WIDTH + 0.5) * TEETH_COUNT) % 1;
  const inside = smoothStep(0, 0.09, Math.min(q, 1 - q));
  return [0.7 * (0.66 + 0.34 * inside), 0.63 * (0.58 + 0.42 * inside), 0.53 * (0.54 + 0.46 * inside)];
}

function draftParts(look: Look, prop: PropKind | null): Draft[] {
  const { person, face, head } = look;
  const detail = look.detail.meshLevels;
  const [r, g, b] = person.skin;
  const drafts: Draft[] = [
    {
      part: { ...PLAIN, name: "head", surfacing: "skin", isSkin: true },
      surface: { points: head.rest, triangles: head.triangles },
    },
    { part: { ...PLAIN, name: "torso", surfacing: "torso", isSkin: true }, surface: look.torso },
  ];
  if (!hidesEars(person))
    for (const side of [-1, 1] as const)
      drafts.push({
        part: { ...PLAIN, name: "ear", surfacing: "solid", isSkin: true, gloss: 0.35 },
        surface: earSurface(face, side, detail),
        colourAt: () => [r * 1.02, g * 0.84, b * 0.82],
        occlusionAt: () => 0.8,
      });
  const eyeball = eyeballSurface(detail);
  for (const eye of [0, 1] as const)
    drafts.push({ part: { ...PLAIN, name: "eye", surfacing: "eye", eye }, surface: eyeball });
  for (const isLower of [false, true])
    drafts.push({
      part: { ...PLAIN, name: "teeth", surfacing: "solid", jawFollow: isLower ? 1 : 0, gloss: 0.9, isTwoSided: true },
      surface: teethSurface(face, isLower),
      colourAt: toothColour,
      occlusionAt: (x) => 0.9 * smoothStep(0.3, 0.08, Math.abs(x)),
    });
  drafts.push(
    {
      part: { ...PLAIN, name: "tongue", surfacing: "solid", jawFollow: 0.9, gloss: 1.1, isTwoSided: true },
      surface: tongueSurface(face),
      colourAt: () => [0.34, 0.085, 0.08],
      occlusionAt: () => 0.42,
    },
    { part: { ...PLAIN, name: "mouth", surfacing: "cavity", isTwoSided: true }, surface: cavitySurface() },
  );
  if (person.hasGlasses)
    drafts.push({
      part: { ...PLAIN, name: "glasses", surfacing: "solid", gloss: 1.2 },
      surface: glassesSurface(look.face, detail),
      colourAt: () => (person.seed % 2 ? [0.02, 0.018, 0.017] : [0.09, 0.045, 0.025]),
    });
  if (prop)
    for (const piece of propSurfaces(prop, look.face))
      drafts.push({
        part: { ...PLAIN, name: "prop", surfacing: "solid", isSkin: piece.colour === "skin", gloss: piece.gloss },
        surface: piece.surface,
        colourAt: (x, y, z) => (piece.colour === "skin" ? [r * 1.02, g * 0.95, b * 0.94] : piece.colour(x, y, z)),
      });
  return drafts;
}

/** Outward or inward? Compared with the directions from the centre of the part. */
function facing(points: Float32Array, triangles: Int32Array, isEar: boolean): number {
  const normals = accumulateNormals(points, triangles, new Float32Array(points.length));
  const center = [0, 0, 0];
  for (let i = 0; i < points.length; i++) center[i % 3] = center[i % 3]! + (3 * points[i]!) / points.length;
  if (isEar) center[0] = center[0]! * 0.8;
  let sum = 0;
  for (let i = 0; i < points.length; i++) sum += normals[i]! * (points[i]! - center[i % 3]!);
  return sum < 0 ? -1 : 1;
}

/** Joins the surfaces of a look to one model. Triangles of closed parts are turned to face outwards. */
export function buildModel(look: Look, prop: PropKind | null): Model {
  const drafts = draftParts(look, prop);
  const vertexCount = drafts.reduce((sum, draft) => sum + draft.surface.points.length / 3, 0);
  const triangleCount = drafts.reduce((sum, draft) => sum + draft.surface.triangles.length / 3, 0);
  const model = {
    look,
    parts: [] as Part[],
    vertexCount,
    rest: new Float32Array(vertexCount * 3),
    triangles: new Int32Array(triangleCount * 3),
    partOfTriangle: new Uint8Array(triangleCount),
    uv: new Float32Array(vertexCount * 2),
    albedo: new Float32Array(vertexCount * 3),
    occlusion: new Float32Array(vertexCount).fill(1),
    headFollow: new Float32Array(vertexCount),
    normalSign: new Float32Array(vertexCount).fill(1),
  };
  let vertex = 0;
  let triangle = 0;
  for (const { part, surface, colourAt, occlusionAt } of drafts) {
    const count = surface.points.length / 3;
    const triangles = Int32Array.from(surface.triangles);
    const isEye = part.name === "eye";
    const isOutward = part.surfacing === "cavity" || facing(surface.points, triangles, part.name === "ear") > 0;
    if (!isOutward)
      for (let t = 0; t < triangles.length; t += 3) {
        const swap = triangles[t + 1]!;
        triangles[t + 1] = triangles[t + 2]!;
        triangles[t + 2] = swap;
      }
    model.rest.set(surface.points, vertex * 3);
    for (let t = 0; t < triangles.length; t++) model.triangles[triangle * 3 + t] = triangles[t]! + vertex;
    model.partOfTriangle.fill(model.parts.length, triangle, triangle + triangles.length / 3);
    for (let i = 0; i < count; i++) {
      const [x, y, z] = [surface.points[3 * i]!, surface.points[3 * i + 1]!, surface.points[3 * i + 2]!];
      const bends = part.name === "head" || part.name === "torso";
      model.headFollow[vertex + i] =
        part.name === "prop" ? 0 : bends ? smoothStep(-1.85, -1.1, y + 0.25 * smoothStep(-0.9, -0.2, z)) : 1;
      if (colourAt) model.albedo.set(colourAt(x, y, z), 3 * (vertex + i));
      if (occlusionAt && !isEye) model.occlusion[vertex + i] = occlusionAt(x, y, z);
    }
    model.parts.push({
      ...part,
      firstVertex: vertex,
      vertexCount: count,
      firstTriangle: triangle,
      triangleCount: triangles.length / 3,
    });
    vertex += count;
    triangle += triangles.length / 3;
  }
  const torso = model.parts[1]!;
  model.uv.set(look.head.uv);
  model.occlusion.set(look.head.occlusion);
  for (let row = 0; row < TORSO_ROWS; row++)
    for (let column = 0; column < TORSO_COLUMNS; column++) {
      const o = 2 * (torso.firstVertex + row * TORSO_COLUMNS + column);
      model.uv[o] = column / (TORSO_COLUMNS - 1);
      model.uv[o + 1] = row / (TORSO_ROWS - 1);
    }
  return model;
}
