import { LOWER_LIP_INNER, NOSE_TIP, RIGHT_EYE_OUTER } from "#face/landmarks.js";
import { vertexAt, type Vec3 } from "#maths/vector.js";
import { gridSurface, joinSurfaces, type Surface } from "./grid.js";
import { tubeSurface } from "./tube.js";

/**
 * What an actor can hold before the camera: a hand over mouth, nose and cheeks (covers about 0.65 of the landmarks), a
 * microphone before mouth and chin (about 0.15), a product beside the face (covers none).
 */
export type PropKind = "hand" | "microphone" | "product";

/** One piece of a prop; the colour 'skin' is the actor's own. */
export interface PropPiece {
  readonly surface: Surface;
  readonly colour: "skin" | ((x: number, y: number, z: number) => Vec3);
  readonly gloss: number;
}

/** Depth in front of the nose tip at which props stand. */
const CLEARANCE = 0.22;

/** A right hand with the palm to the face: four fingers, thumb, palm, wrist. `center` is the middle of the palm. */
function openHand(center: Vec3, size: number): Surface {
  const at = (x: number, y: number, z: number): Vec3 => [
    center[0] + x * size,
    center[1] + y * size,
    center[2] + z * size,
  ];
  const tubes: Surface[] = [];
  for (let finger = 0; finger < 4; finger++) {
    const x = -0.27 + 0.18 * finger;
    const length = [0.42, 0.55, 0.58, 0.48][finger]!;
    const lean = (finger - 1.6) * 0.05;
    const knuckle = 0.2 - 0.03 * Math.abs(finger - 1.5);
    const path = [
      at(x * 0.8, -0.12, 0),
      at(x, knuckle, 0.03),
      at(x + lean * 0.5, knuckle + length * 0.5, 0.02),
      at(x + lean, knuckle + length, -0.07),
    ];
    tubes.push(tubeSurface(path, [0.105 * size, 0.098 * size, 0.09 * size, 0.074 * size], 12));
  }
  tubes.push(
    tubeSurface(
      [at(0.2, -0.3, 0), at(0.42, -0.08, 0.04), at(0.52, 0.2, 0.02)],
      [0.14 * size, 0.115 * size, 0.09 * size],
      12,
    ),
    palm(at(0, -0.12, 0), size),
    tubeSurface(
      [at(0.02, -0.35, 0), at(0.08, -0.8, 0.02), at(0.35, -2.6, 0)],
      [0.22 * size, 0.2 * size, 0.32 * size],
      16,
    ),
  );
  return joinSurfaces(tubes);
}

/** The flattened ball that joins the fingers. */
function palm(center: Vec3, size: number): Surface {
  return gridSurface(20, 12, true, (u, v) => {
    const polar = Math.PI * (0.02 + 0.96 * v);
    const r = Math.sin(polar) ** 0.7;
    const angle = u * 2 * Math.PI;
    return [
      center[0] + 0.37 * size * r * Math.cos(angle),
      center[1] + 0.42 * size * Math.cos(polar),
      center[2] + 0.13 * size * r * Math.sin(angle),
    ];
  });
}

/** Fingers closed round a stick that stands at `center`. */
function grip(center: Vec3, radius: number, size: number): Surface {
  const tubes: Surface[] = [];
  for (let finger = 0; finger < 4; finger++) {
    const y = center[1] + (0.26 - 0.17 * finger) * size;
    const path = Array.from({ length: 7 }, (_, k): Vec3 => {
      const angle = -0.5 + (k / 6) * 3.3;
      return [
        center[0] - Math.cos(angle) * (radius + 0.07 * size),
        y,
        center[2] + Math.sin(angle) * (radius + 0.07 * size),
      ];
    });
    tubes.push(tubeSurface(path, [0.092 * size], 10));
  }
  const thumbY = center[1] + 0.36 * size;
  const reach = radius + 0.08 * size;
  tubes.push(
    tubeSurface(
      [
        [center[0] + reach, thumbY - 0.3 * size, center[2]],
        [center[0] + reach * 0.9, thumbY - 0.05 * size, center[2] + 0.1 * size],
        [center[0] + 0.1 * reach, thumbY, center[2] + reach],
      ],
      [0.12 * size, 0.1 * size, 0.085 * size],
      10,
    ),
    tubeSurface(
      [
        [center[0] + 0.12 * size, center[1] - 0.1 * size, center[2] - radius],
        [center[0] + 0.3 * size, center[1] - 0.9 * size, center[2] - radius],
        [center[0] + 0.9 * size, center[1] - 3 * size, center[2] - radius - 0.2],
      ],
      [0.3 * size, 0.21 * size, 0.32 * size],
      16,
    ),
  );
  return joinSurfaces(tubes);
}

function microphone(face: Float64Array): PropPiece[] {
  const lip = vertexAt(face, LOWER_LIP_INNER);
  const nose = vertexAt(face, NOSE_TIP);
  const z = nose[2] + CLEARANCE + 0.12;
  const head: Vec3 = [0.02, lip[1] - 0.07, z];
  const down = (t: number): Vec3 => [head[0] + 0.12 * t, head[1] - t, head[2] + 0.12 * t];
  const hold = down(0.95);
  return [
    {
      surface: gridSurface(28, 18, true, (u, v) => {
        const polar = Math.PI * (0.01 + 0.98 * v);
        const angle = u * 2 * Math.PI;
        return [
          head[0] + 0.22 * Math.sin(polar) * Math.cos(angle),
          head[1] + 0.24 * Math.cos(polar),
          head[2] + 0.22 * Math.sin(polar) * Math.sin(angle),
        ];
      }),
      colour: (x, y) => {
        const mesh = 0.65 + 0.35 * Math.sin(x * 160) * Math.sin(y * 160);
        return y < head[1] - 0.12 ? [0.3, 0.3, 0.31] : [0.05 * mesh, 0.05 * mesh, 0.055 * mesh];
      },
      gloss: 0.5,
    },
    {
      surface: tubeSurface([down(0.2), down(0.3), down(1.7)], [0.15, 0.125, 0.095], 20),
      colour: () => [0.025, 0.025, 0.028],
      gloss: 0.9,
    },
    { surface: grip(hold, 0.11, 0.95), colour: "skin", gloss: 0.4 },
  ];
}

function hand(face: Float64Array): PropPiece[] {
  const lip = vertexAt(face, LOWER_LIP_INNER);
  const nose = vertexAt(face, NOSE_TIP);
  const surface = openHand([0.02, lip[1] - 0.12, nose[2] + CLEARANCE], 1.2);
  return [{ surface, colour: "skin", gloss: 0.4 }];
}

/** A small bottle with a label, held beside the cheek. */
function product(face: Float64Array): PropPiece[] {
  const eye = vertexAt(face, RIGHT_EYE_OUTER);
  const center: Vec3 = [eye[0] - 1.0, -1.05, 0.3];
  const at = (y: number): Vec3 => [center[0], center[1] + y, center[2]];
  const turn = (heights: readonly number[], radii: readonly number[], sides: number): Surface =>
    tubeSurface(heights.map(at), radii, sides);
  const bodyHeights = [-0.62, -0.615, -0.56, 0.34, 0.44, 0.5, 0.58];
  return [
    {
      surface: turn(
        [...bodyHeights.slice(0, 3), -0.45, -0.3, -0.15, -0.05, -0.04, 0.1, 0.26, 0.27, ...bodyHeights.slice(3)],
        [0.02, 0.22, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.21, 0.12, 0.11],
        40,
      ),
      colour: (_x, y) => (y - center[1] > -0.045 && y - center[1] < 0.265 ? [0.72, 0.7, 0.64] : [0.03, 0.2, 0.22]),
      gloss: 1.1,
    },
    {
      surface: turn([0.55, 0.555, 0.57, 0.76, 0.775], [0.02, 0.13, 0.14, 0.14, 0.05], 28),
      colour: () => [0.5, 0.33, 0.14],
      gloss: 1,
    },
    { surface: grip(at(-0.36), 0.25, 0.95), colour: "skin", gloss: 0.4 },
  ];
}

/** The pieces of a prop in its place before a face. */
export function propSurfaces(kind: PropKind, face: Float64Array): readonly PropPiece[] {
  switch (kind) {
    case "hand":
      return hand(face);
    case "microphone":
      return microphone(face);
    case "product":
      return product(face);
  }
}
