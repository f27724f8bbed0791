import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meshVertexCount } from "#face-mesh/topology.js";
import type { RgbImage } from "#model/image.js";
import { loadSwapNets } from "./load-model.js";
import { readSource, type ReadPhoto } from "./read-source.js";
import { readSwapManifest } from "./swap-manifest.js";
import {
  meanColourEmbedder,
  repaintingSwap,
  scalingConverter,
  writeManifest,
  writeModel,
} from "#testing/tiny-swap-models.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-source-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A photo of one colour; where the face is in it does not matter. */
function photoOf(...colour: readonly [number, number, number]): ReadPhoto {
  const rgb = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => colour[i % 3]!);
  const photo: RgbImage = { widthPixels: 64, heightPixels: 64, rgb };
  const mesh = Float32Array.from({ length: 3 * meshVertexCount }, (_, i) => 16 + ((i * 7) % 32));
  return { photo, mesh };
}

const photo = photoOf(255, 153, 102);
/** What the embedder makes of it: (x / 255 - 0.5) / 0.5. */
const embedding = [1, 0.2, -0.2];
const length = Math.hypot(...embedding);

/** The source of a model of a family; a table doubles the first value and swaps the others. */
async function sourceOf(fields: object, photos: readonly [ReadPhoto, ...ReadPhoto[]] = [photo]) {
  const lastTable = { rows: 3, columns: 3, values: [2, 0, 0, 0, 0, 1, 0, 1, 0] };
  const isImage = "family" in fields && fields.family === "uniface";
  const tiny = { sidePixels: 64, lastTable, ...(isImage && { sourceShape: [1, 3, 64, 64] }) };
  const model = await writeModel(folder, "swap.onnx", repaintingSwap(tiny));
  const manifest = await readSwapManifest(await writeManifest(folder, "m.json", { model, size: 64, ...fields }));
  const nets = await loadSwapNets(manifest);
  try {
    return await readSource(photos, manifest, nets);
  } finally {
    await nets.close();
  }
}

const embedderFile = () => writeModel(folder, "embedder.onnx", meanColourEmbedder());
const converterFile = () => writeModel(folder, "converter.onnx", scalingConverter(3));

function expectValues(values: Float32Array, wanted: readonly number[]): void {
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, 4);
}

test("inswapper: the embedding, at length 1, times the last table of the model", async () => {
  const { values, shape } = await sourceOf({ family: "inswapper", source: { embedder: await embedderFile() } });
  expect(shape).toEqual([1, 3]);
  expectValues(values, [2 / length, -0.2 / length, 0.2 / length]);
});

test("hyperswap: the embedding at length 1", async () => {
  const { values } = await sourceOf({ family: "hyperswap", source: { embedder: await embedderFile() } });
  expectValues(
    values,
    embedding.map((value) => value / length),
  );
});

test("ghost: the embedding through the converter, as it comes; simswap: at length 1", async () => {
  const source = { embedder: await embedderFile(), converter: await converterFile() };
  expectValues(
    (await sourceOf({ family: "ghost", source })).values,
    embedding.map((value) => 3 * value),
  );
  expectValues(
    (await sourceOf({ family: "simswap", source })).values,
    embedding.map((value) => value / length),
  );
});

test("uniface: the best photo's crop, 0 to 1", async () => {
  const source = { size: 64 };
  const { values, shape } = await sourceOf({ family: "uniface", source }, [photo, photoOf(0, 0, 0)]);
  expect(shape).toEqual([1, 3, 64, 64]);
  expectValues(Float32Array.of(values[0]!, values[64 * 64]!, values[3 * 64 * 64 - 1]!), [1, 0.6, 0.4]);
});

test("several photos of a person: the mean direction of their embeddings", async () => {
  const source = { embedder: await embedderFile() };
  const photos = [photoOf(255, 127.5, 127.5), photoOf(127.5, 255, 127.5)] as const;
  const { values } = await sourceOf({ family: "hyperswap", source }, photos);
  expect(values[0]).toBeCloseTo(Math.SQRT1_2, 2);
  expect(values[1]).toBeCloseTo(Math.SQRT1_2, 2);
});
