import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import type { NetSession, NetTensor } from "#nets/ort-runtime.js";
import { fitCrop } from "./crop-map.js";
import { fivePointsOf } from "./five-points.js";
import { badModel, type SwapNets } from "./load-model.js";
import type { OnnxMatrix } from "./onnx-file.js";
import { readCrop } from "./read-crop.js";
import type { Alignment, SwapManifest, SwapModelFile } from "./swap-manifest.js";

/** A photo and the landmarks of the face in it. */
export interface ReadPhoto {
  readonly photo: RgbImage;
  readonly mesh: Float32Array;
}

/**
 * What the swap model is given as its source: an embedding of all photos (their mean direction, at their mean length), or the best
 * photo itself.
 * @param photos best first, at least one.
 * @throws UnderstudyError `bad-model` when the networks do not fit together.
 */
export async function readSource(
  photos: readonly [ReadPhoto, ...ReadPhoto[]],
  manifest: SwapManifest,
  nets: SwapNets,
): Promise<NetTensor> {
  const { source } = manifest;
  if (source.kind === "image") return cropOf(photos[0], source);
  const embeddings: Float32Array[] = [];
  for (const photo of photos) {
    embeddings.push(await runOnOne(nets.embedder!, cropOf(photo, source.embedder), source.embedder));
  }
  let values = meanOf(embeddings);
  if (source.converter) {
    values = await runOnOne(nets.converter!, { values, shape: [1, values.length] }, source.converter);
  }
  if (source.normalised) values = toLength(values, 1);
  if (nets.projection) values = project(values, nets.projection, manifest.model);
  return { values, shape: [1, values.length] };
}

function cropOf({ photo, mesh }: ReadPhoto, { sidePixels, template, normalise }: Alignment): NetTensor {
  const values = new Float32Array(3 * sidePixels * sidePixels);
  readCrop(photo, fitCrop(fivePointsOf(mesh), template, sidePixels), sidePixels, normalise, values);
  return { values, shape: [1, 3, sidePixels, sidePixels] };
}

async function runOnOne(session: NetSession, input: NetTensor, file: SwapModelFile): Promise<Float32Array> {
  try {
    const outputs = await session.run({ [session.inputs[0]!.name]: input });
    const { values } = outputs[session.outputs[0]!.name]!;
    if (!values.every(Number.isFinite)) throw new Error("it gives values that are no numbers");
    return values;
  } catch (cause) {
    if (cause instanceof UnderstudyError) throw cause;
    const shape = input.shape.join(" x ");
    throw badModel(file, `it does not run on values of shape ${shape}`, cause);
  }
}

function meanOf(embeddings: readonly Float32Array[]): Float32Array {
  const [first] = embeddings;
  if (first === undefined || embeddings.length === 1) return first!;
  const sum = new Float32Array(first.length);
  let length = 0;
  for (const embedding of embeddings) {
    length += lengthOf(embedding) / embeddings.length;
    for (const [i, value] of toLength(embedding, 1).entries()) sum[i]! += value;
  }
  return toLength(sum, length);
}

function project(
  values: Float32Array,
  { rows, columns, values: table }: OnnxMatrix,
  file: SwapModelFile,
): Float32Array {
  if (values.length !== rows) {
    throw badModel(file, `its projection takes ${rows} values, the embedding has ${values.length}`);
  }
  const projected = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      projected[column]! += values[row]! * table[row * columns + column]!;
  }
  if (!projected.every(Number.isFinite)) throw badModel(file, "its last constant holds values that are no numbers");
  return projected;
}

const lengthOf = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

function toLength(values: Float32Array, length: number): Float32Array {
  const factor = length / (lengthOf(values) || 1);
  return values.map((value) => value * factor);
}
