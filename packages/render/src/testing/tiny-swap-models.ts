import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeOnnxModel, floatTensor, type OnnxModel } from "./onnx-model.js";

/** How a tiny swap model is shaped. */
export interface TinySwap {
  readonly sidePixels: number;
  /** Shape of the source. Default [1, 3], as `meanColourEmbedder` gives it. */
  readonly sourceShape?: readonly number[];
  /** Default `source` and `target`. */
  readonly inputs?: { readonly source: string; readonly target: string };
  /** Output = target * factor + shift, one of each a colour. Default 1 and 0: the target itself. */
  readonly factor?: readonly number[];
  readonly shift?: readonly number[];
  /** Last constant of the graph. */
  readonly lastTable?: { readonly rows: number; readonly columns: number; readonly values: readonly number[] };
}

/** A swap model that repaints its target, whatever its source is. */
export function repaintingSwap(tiny: TinySwap): OnnxModel {
  const { sidePixels: side, sourceShape = [1, 3], inputs = { source: "source", target: "target" }, lastTable } = tiny;
  const { factor = [1, 1, 1], shift = [0, 0, 0] } = tiny;
  return {
    name: "repaints its target",
    inputs: [
      { name: inputs.target, shape: [1, 3, side, side] },
      { name: inputs.source, shape: sourceShape },
    ],
    outputs: [{ name: "output", shape: [1, 3, side, side] }],
    nodes: [
      { op: "Mul", inputs: [inputs.target, "factor"], outputs: ["scaled"] },
      { op: "Add", inputs: ["scaled", "shift"], outputs: ["output"] },
    ],
    constants: [
      floatTensor("factor", [1, 3, 1, 1], factor),
      floatTensor("shift", [1, 3, 1, 1], shift),
      ...(lastTable ? [floatTensor("last", [lastTable.rows, lastTable.columns], lastTable.values)] : []),
    ],
  };
}

/** An embedder whose embedding is the mean of each colour. */
export function meanColourEmbedder(sidePixels = 112): OnnxModel {
  return {
    name: "mean colour",
    inputs: [{ name: "input", shape: [1, 3, sidePixels, sidePixels] }],
    outputs: [{ name: "embedding", shape: [1, 3] }],
    nodes: [
      { op: "GlobalAveragePool", inputs: ["input"], outputs: ["means"] },
      { op: "Flatten", inputs: ["means"], outputs: ["embedding"] },
    ],
    constants: [],
  };
}

/** A converter that multiplies an embedding of three values with a number. */
export function scalingConverter(factor: number): OnnxModel {
  return {
    name: "scales",
    inputs: [{ name: "input", shape: [1, 3] }],
    outputs: [{ name: "output", shape: [1, 3] }],
    nodes: [{ op: "Mul", inputs: ["input", "factor"], outputs: ["output"] }],
    constants: [floatTensor("factor", [], [factor])],
  };
}

/** A file as a manifest names it. */
export interface NamedFile {
  readonly file: string;
  readonly sha256: string;
}

/** Writes a model into a folder. */
export async function writeModel(folder: string, file: string, model: OnnxModel | Uint8Array): Promise<NamedFile> {
  const bytes = model instanceof Uint8Array ? model : encodeOnnxModel(model);
  await writeFile(join(folder, file), bytes);
  return { file, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Writes a manifest with licence facts that close nothing, and tells where it is. */
export async function writeManifest(folder: string, file: string, fields: object): Promise<string> {
  const path = join(folder, file);
  const facts = { version: 1, name: "tiny", licence: "MIT", commercialUse: true, origin: "made by a test" };
  await writeFile(path, JSON.stringify({ ...facts, ...fields }));
  return path;
}
