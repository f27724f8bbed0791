import { meshVertexCount } from "#face-mesh/topology.js";
import type { PlanarFrame } from "#model/image.js";
import type { Picture } from "#nets/oriented-crop.js";
import type { PeopleNets } from "#analyse/look-for-people.js";

/** Where a made-up person's face is in one frame; whoever comes later in a frame is in front. */
export interface ScriptedFace {
  /** The person, from 0. */
  readonly who: number;
  readonly x: number;
  readonly y?: number;
  /** Default 40 pixels. */
  readonly size?: number;
  /** Whether nobody could tell who it is. */
  readonly isBlurred?: boolean;
}

/** Pictures of nobody, and networks that see in them what the script says. */
export interface ScriptedFilm {
  readonly frames: readonly PlanarFrame[];
  readonly nets: PeopleNets;
  /** How often the embedder was asked. */
  embedded(): number;
}

/** What a made-up person is known by; `count` people have nothing in common. */
export function embeddingOf(who: number): Float32Array {
  const embedding = new Float32Array(128);
  embedding[who] = 1;
  return embedding;
}

/** What a blurred face is known by: a little like everybody, and not enough to be told from them. */
function unlikeEverybody(): Float32Array {
  return new Float32Array(128).map((_, i) => (i < 8 ? 0.3 : Math.sqrt(0.28 / 120)));
}

/** Makes a film. @param brightnessOf luma of a frame, by which cuts are noticed; default always the same. */
export function scriptFilm(
  script: readonly (readonly ScriptedFace[])[],
  brightnessOf: (frame: number) => number = () => 100,
): ScriptedFilm {
  const frames = script.map((_, n) => blank(brightnessOf(n)));
  const facesIn = (picture: Picture): ScriptedFace[] => visible(script[frames.indexOf(picture as PlanarFrame)]!);
  const nearest = (picture: Picture, x: number, y: number): ScriptedFace | undefined =>
    facesIn(picture)
      .filter((face) => distance(face, x, y) < 0.7 * sizeOf(face))
      .sort((a, b) => distance(a, x, y) - distance(b, x, y))[0];
  let embedded = 0;
  return {
    frames,
    embedded: () => embedded,
    nets: {
      detector: {
        detect: async (picture) =>
          facesIn(picture)
            .map((face) => ({
              score: 0.9,
              centerX: face.x,
              centerY: heightOf(face),
              sizePixels: sizeOf(face),
              angleRadians: 0,
            }))
            .sort((a, b) => b.sizePixels - a.sizePixels),
      },
      landmarks: {
        read: async (picture, { centerX, centerY }) => {
          const face = nearest(picture, centerX, centerY);
          return face === undefined
            ? { mesh: new Float32Array(3 * meshVertexCount), presence: 0 }
            : { mesh: meshAt(face.x, heightOf(face), sizeOf(face)), presence: 1 };
        },
      },
      embedder: {
        embed: async (picture, mesh) => {
          embedded += 1;
          const { who, isBlurred } = nearest(picture, middleX(mesh), middleY(mesh))!;
          return isBlurred ? unlikeEverybody() : embeddingOf(who);
        },
      },
    },
  };
}

const sizeOf = ({ size = 40 }: ScriptedFace): number => size;
const heightOf = ({ y = 60 }: ScriptedFace): number => y;
const distance = (face: ScriptedFace, x: number, y: number): number => Math.hypot(face.x - x, heightOf(face) - y);

/** A face is hidden by one that is in front of it and covers its middle. */
function visible(faces: readonly ScriptedFace[]): ScriptedFace[] {
  return faces.filter((face, i) =>
    faces.slice(i + 1).every((front) => distance(front, face.x, heightOf(face)) > 0.5 * sizeOf(front)),
  );
}

/** The corners of the face and the corners of its eyes; all other landmarks in the middle. Looks at the camera. */
function meshAt(x: number, y: number, size: number): Float32Array {
  const mesh = new Float32Array(3 * meshVertexCount);
  const place = (landmark: number, dx: number, dy: number): void => {
    mesh[3 * landmark] = x + dx * size;
    mesh[3 * landmark + 1] = y + dy * size;
  };
  for (let landmark = 0; landmark < meshVertexCount; landmark++) place(landmark, 0, 0);
  place(10, 0, -0.5);
  place(152, 0, 0.5);
  place(234, -0.5, 0);
  place(454, 0.5, 0);
  place(33, -0.3, -0.1);
  place(263, 0.3, -0.1);
  return mesh;
}

const middleX = (mesh: Float32Array): number => (mesh[3 * 234]! + mesh[3 * 454]!) / 2;
const middleY = (mesh: Float32Array): number => (mesh[3 * 10 + 1]! + mesh[3 * 152 + 1]!) / 2;

function blank(luma: number): PlanarFrame {
  const [widthPixels, heightPixels] = [320, 120];
  return {
    widthPixels,
    heightPixels,
    y: new Uint8Array(widthPixels * heightPixels).fill(luma),
    u: new Uint8Array((widthPixels * heightPixels) / 4).fill(128),
    v: new Uint8Array((widthPixels * heightPixels) / 4).fill(128),
    lumaStride: widthPixels,
    chromaStride: widthPixels / 2,
    isFullRange: false,
    matrix: "bt709",
  };
}
