import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeOnnxModel, floatTensor, type OnnxTensor } from "#testing/onnx-model.js";
import { inspectOnnxFile } from "./onnx-file.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-onnx-file-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inspect(bytes: Uint8Array) {
  const path = join(folder, "model.onnx");
  await writeFile(path, bytes);
  return inspectOnnxFile(path);
}

const modelWith = (...constants: readonly OnnxTensor[]) =>
  encodeOnnxModel({
    name: "any",
    inputs: [{ name: "a", shape: [1] }],
    outputs: [{ name: "b", shape: [1] }],
    nodes: [{ op: "Relu", inputs: ["a"], outputs: ["b"] }],
    constants,
  });

test("the last constant of a model is read when it is a table, and only the last", async () => {
  const table = floatTensor("table", [2, 3], [1, 2, 3, 4, 5, 6.5]);
  const { lastMatrix, hasExternalData } = await inspect(modelWith(floatTensor("first", [1], [9]), table));
  expect(lastMatrix).toEqual({ rows: 2, columns: 3, values: Float32Array.of(1, 2, 3, 4, 5, 6.5) });
  expect(hasExternalData).toBe(false);
  expect(await inspect(modelWith(table, floatTensor("last", [1], [9])))).toEqual({ hasExternalData: false });
});

test("a table of half precision is read as the numbers it stands for", async () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001);
  const half: OnnxTensor = { name: "half", type: "float16", shape: [2, 2], bytes: new Uint8Array(bits.buffer) };
  const [one, minusTwo, third, smallest] = (await inspect(modelWith(half))).lastMatrix!.values;
  expect([one, minusTwo, smallest]).toEqual([1, -2, 2 ** -24]);
  expect(third).toBeCloseTo(1 / 3, 3);
});

const field = (id: number, bytes: readonly number[]): number[] => [8 * id + 2, bytes.length, ...bytes];

test("numbers that lie in another file are seen wherever a constant may stand", async () => {
  // TensorProto with data_location = EXTERNAL.
  const tensor = [8 * 14, 1];
  const asInitialiser = field(7, field(5, tensor));
  const inAttribute = field(7, field(1, field(5, field(5, tensor))));
  const inSubgraph = field(7, field(1, field(5, field(6, field(5, tensor)))));
  for (const bytes of [asInitialiser, inAttribute, inSubgraph])
    expect(await inspect(Uint8Array.from(bytes))).toEqual({ hasExternalData: true });
});

test("bytes that are no model end in an error, never in a loop or a large buffer", async () => {
  const nested = Array.from({ length: 40 }).reduce<number[]>(
    (inner) => field(1, field(5, field(6, inner))).slice(),
    [],
  );
  const hostile: readonly (readonly number[])[] = [
    [0x3a, 0x7f, 1],
    [0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [7],
    [0],
    field(7, nested.length < 128 ? nested : nested.slice(0, 100)),
  ];
  for (const bytes of hostile)
    await expect(inspect(Uint8Array.from(bytes))).rejects.toThrow(/message|bytes|field|deep/);
  // A table that claims more values than it has bytes.
  const claims = field(7, field(5, [8, 0xff, 0x7f, 8, 0xff, 0x7f, 16, 1, ...field(9, [0, 0, 0, 0])]));
  expect(await inspect(Uint8Array.from(claims))).toEqual({ hasExternalData: false });
});
