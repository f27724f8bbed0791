import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createActor, drawPortrait, openScene } from "@understudy/actors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trackPictures } from "#analyse/testing/track-pictures.js";
import type { DrawnFace, FaceEngine } from "#engines/face-engine.js";
import { boxBlur } from "#engines/mesh/box-blur.js";
import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { faceOval } from "#face-mesh/topology.js";
import type { FaceTrack } from "#model/face-track.js";
import type { PlanarFrame } from "#model/image.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import { createOnnxEngine } from "./index.js";
import {
  meanColourEmbedder,
  repaintingSwap,
  scalingConverter,
  writeManifest,
  writeModel,
  type NamedFile,
  type TinySwap,
} from "#testing/tiny-swap-models.js";

const [width, height] = [320, 240];
const customer = createActor({ seed: 45, presentation: "masculine", hair: "short", beard: "none", glasses: false });
const portrait = drawPortrait(customer, { width: 300, height: 300, faceHeight: 0.6, state: {} });
const photo = { widthPixels: 300, heightPixels: 300, rgb: portrait.rgb };
const presenter = createActor({ seed: 26, presentation: "feminine", hair: "long", glasses: false });

let folder: string;
let frames: readonly PlanarFrame[];
let track: FaceTrack;
let embedder: NamedFile;
let converter: NamedFile;
/** Keeps the gate's networks loaded from test to test. */
const nets = leaseFaceNets();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-onnx-"));
  embedder = await writeModel(folder, "embedder.onnx", meanColourEmbedder());
  converter = await writeModel(folder, "converter.onnx", scalingConverter(2));
  const scene = openScene({ width, height, actors: [{ actor: presenter, faceHeight: 0.6 }] });
  frames = [{ jaw: 0.8 }, { jaw: 0.9, yawRadians: 0.2 }].map((state) => toPlanar(scene.draw([state]).rgb));
  track = await trackPictures(frames);
  await Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]);
});
afterAll(async () => {
  nets.release();
  await rm(folder, { recursive: true, force: true });
});

/** BT.709, limited range, with strides wider than the picture. */
function toPlanar(rgb: Uint8Array): PlanarFrame {
  const [lumaStride, chromaStride] = [width + 16, width / 2 + 8];
  const y = new Uint8Array(lumaStride * height);
  const u = new Uint8Array((chromaStride * height) / 2);
  const v = new Uint8Array((chromaStride * height) / 2);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [r, g, b] = rgb.subarray(3 * (row * width + column)) as unknown as [number, number, number];
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      y[row * lumaStride + column] = 16.5 + (luma * 219) / 255;
      const c = (row >> 1) * chromaStride + (column >> 1);
      u[c] = 128.5 + ((b - luma) / 1.8556) * (224 / 255);
      v[c] = 128.5 + ((r - luma) / 1.5748) * (224 / 255);
    }
  }
  const size = { widthPixels: width, heightPixels: height, lumaStride, chromaStride };
  return { ...size, y, u, v, isFullRange: false, matrix: "bt709" };
}

const copyOf = (frame: PlanarFrame): PlanarFrame => ({
  ...frame,
  y: frame.y.slice(),
  u: frame.u.slice(),
  v: frame.v.slice(),
});

async function withEngine<T>(fields: object, use: (engine: FaceEngine) => Promise<T>): Promise<T> {
  const engine = await createOnnxEngine(await writeManifest(folder, "manifest.json", fields));
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

interface Swapped {
  readonly before: PlanarFrame;
  readonly after: PlanarFrame;
  readonly drawn: DrawnFace | undefined;
  /** Landmarks that were drawn. */
  readonly mesh: Float32Array | undefined;
}

/** Swaps pictures with the model that a manifest describes. */
function swapWith(
  fields: object,
  pictures: readonly PlanarFrame[] = frames,
  of: FaceTrack = track,
): Promise<Swapped[]> {
  return withEngine(fields, async (engine) => {
    const region = engine.openRegion(await engine.readFaces([photo]), of, 0);
    const swapped: Swapped[] = [];
    for (const [n, before] of pictures.entries()) {
      const after = copyOf(before);
      const drawn = await region.draw(after, n);
      swapped.push({ before, after, drawn, mesh: drawn?.landmarks?.smoothed.slice() });
    }
    return swapped;
  });
}

async function modelOf(tiny: TinySwap): Promise<NamedFile> {
  return writeModel(folder, "swap.onnx", repaintingSwap(tiny));
}

/** Every plane blurred: what a crop cannot hold is gone, and what is left must come back whole. */
function softened(frame: PlanarFrame): PlanarFrame {
  const soften = (plane: Uint8Array, stride: number): Uint8Array => {
    const values = Float32Array.from(plane);
    boxBlur(values, stride, plane.length / stride, 4);
    return Uint8Array.from(values, Math.round);
  };
  const { y, u, v, lumaStride, chromaStride } = frame;
  return { ...frame, y: soften(y, lumaStride), u: soften(u, chromaStride), v: soften(v, chromaStride) };
}

/** Changes of each place of a plane; places that nothing may change are asked for by `isInside`. */
function largestChange(
  before: Uint8Array,
  after: Uint8Array,
  stride: number,
  counts: (x: number, y: number) => boolean,
) {
  let largest = 0;
  for (const [o, value] of before.entries()) {
    if (value !== after[o] && counts(o % stride, Math.floor(o / stride)))
      largest = Math.max(largest, Math.abs(value - after[o]!));
  }
  return largest;
}

const everywhere = () => true;
/** Gives ImageNet-normalised colours back as they were. */
const imageNet = { factor: [0.229, 0.224, 0.225], shift: [0.485, 0.456, 0.406] };
const table = { rows: 3, columns: 3, values: [1, 0, 0, 0, 1, 0, 0, 0, 1] };

describe("a model that returns its input gives the person's own pixels back, within 2 grey levels", () => {
  test.each([
    ["inswapper", { sidePixels: 128, lastTable: table }, () => ({ source: { embedder } })],
    ["hyperswap", { sidePixels: 256 }, () => ({ source: { embedder } })],
    ["ghost", { sidePixels: 256 }, () => ({ source: { embedder, converter } })],
    ["simswap", { sidePixels: 256, ...imageNet }, () => ({ source: { embedder, converter } })],
    ["uniface", { sidePixels: 256, sourceShape: [1, 3, 256, 256] }, () => ({})],
  ] as const)("%s", async (family, tiny, source) => {
    const fields = { family, model: await modelOf(tiny), ...source() };
    const soft = [softened(frames[0]!)];
    for (const { before, after, drawn } of await swapWith(fields, soft)) {
      expect(drawn).toBeDefined();
      expect(largestChange(before.y, after.y, before.lumaStride, everywhere)).toBeLessThanOrEqual(2);
      expect(largestChange(before.u, after.u, before.chromaStride, everywhere)).toBeLessThanOrEqual(2);
      expect(largestChange(before.v, after.v, before.chromaStride, everywhere)).toBeLessThanOrEqual(2);
    }
  });
});

describe("a model that paints everything green", () => {
  const green = { sidePixels: 256, factor: [0, 0, 0], shift: [-1, 1, -1] };
  const fieldsOf = async () => ({ family: "hyperswap", model: await modelOf(green), source: { embedder } });

  test("colours the face and nothing outside the oval, and leaves the open mouth as it is", async () => {
    const swapped = await swapWith(await fieldsOf());
    for (const { before, after, mesh } of swapped) {
      const oval = insideOf(mesh!, faceOval, 1.05);
      expect(largestChange(before.y, after.y, before.lumaStride, (x, y) => !oval(x, y))).toBe(0);
      expect(largestChange(before.u, after.u, before.chromaStride, (x, y) => !oval(2 * x, 2 * y))).toBe(0);
      for (const cheek of [50, 280])
        expect(greenness(after, mesh!, cheek)).toBeGreaterThan(greenness(before, mesh!, cheek) + 40);
    }
    const { before, after, mesh } = swapped[1]!;
    expect(greenness(after, mesh!, 13, 14)).toBeLessThan(greenness(before, mesh!, 13, 14) + 8);
  });

  test("colours nothing where something is in front of the person", async () => {
    const hidden = new Uint8Array(64 * 64).fill(255);
    for (const { before, after } of await swapWith(await fieldsOf(), frames, { ...track, occlusion: () => hidden })) {
      expect(largestChange(before.y, after.y, before.lumaStride, everywhere)).toBeLessThan(8);
    }
  });

  test("leaves a frame without the person alone", async () => {
    const gone = { ...track, tracked: () => undefined };
    const [{ drawn, before, after }] = (await swapWith(await fieldsOf(), frames.slice(1), gone)) as [Swapped];
    expect(drawn).toBeUndefined();
    expect(after.y).toEqual(before.y);
  });
});

/** Whether a place of the picture is inside a ring of landmarks, stretched from its middle. */
function insideOf(mesh: Float32Array, ring: readonly number[], stretch: number): (x: number, y: number) => boolean {
  const plane = new Float32Array(width * height);
  fillPolygon(plane, width, height, ringPoints(mesh, ring, stretch), 1);
  return (x, y) => plane[y * width + x] === 1;
}

/** How far the colour is from grey towards green at a landmark, or in the middle between two. */
function greenness(
  { u, v, chromaStride }: PlanarFrame,
  mesh: Float32Array,
  landmark: number,
  other = landmark,
): number {
  const middle = (axis: number): number => Math.round((mesh[3 * landmark + axis]! + mesh[3 * other + axis]!) / 4);
  const o = middle(1) * chromaStride + middle(0);
  return 256 - u[o]! - v[o]!;
}

describe("a model that does not fit its manifest is refused in one sentence", () => {
  test.each([
    [
      "other names",
      { sidePixels: 128, inputs: { source: "id", target: "image" } },
      /takes "image" and "id", the manifest says/,
    ],
    ["another size", { sidePixels: 64 }, /input "target" is float32 1 x 3 x 64 x 64, not float32 1 x 3 x 128 x 128/],
    ["no projection", { sidePixels: 128 }, /last constant is no table/],
    [
      "a projection of another length",
      { sidePixels: 128, lastTable: { rows: 2, columns: 2, values: [1, 2, 3, 4] } },
      /takes 2 values, the embedding has 3/,
    ],
  ])("%s", async (_what, tiny, message) => {
    const fields = { family: "inswapper", model: await modelOf(tiny), source: { embedder } };
    const refused = withEngine(fields, (engine) => engine.readFaces([photo]));
    await expect(refused).rejects.toMatchObject({ code: "bad-model", message: expect.stringMatching(message) });
  });

  test("other bytes than the manifest's, no model at all, and a file that is missing", async () => {
    const model = await modelOf({ sidePixels: 128, lastTable: table });
    const prepare = (fields: object) =>
      withEngine({ family: "inswapper", source: { embedder }, model, ...fields }, (engine) => engine.prepare());
    await expect(prepare({ model: { ...model, sha256: "0".repeat(64) } })).rejects.toMatchObject({
      code: "weights-mismatch",
    });
    await expect(prepare({ model: { ...model, file: "no.onnx" } })).rejects.toMatchObject({ code: "file-missing" });
    const noModel = await writeModel(folder, "text.onnx", Buffer.from("this is a text and no model"));
    await expect(prepare({ model: noModel })).rejects.toMatchObject({ code: "bad-model" });
  });
});
