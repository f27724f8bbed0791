import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeOnnxModel, floatTensor } from "#testing/onnx-model.js";
import { netRuntimeFacts, openNetSession } from "./ort-runtime.js";

/** Takes 1 x 2 values and any number of rows of 2; gives back the sum of both, and the first twice as large. */
const model = encodeOnnxModel({
  name: "sum and double",
  inputs: [
    { name: "a", shape: [1, 2] },
    { name: "b", shape: ["rows", 2] },
  ],
  outputs: [
    { name: "sum", shape: ["rows", 2] },
    { name: "double", shape: [1, 2] },
  ],
  nodes: [
    { op: "Add", inputs: ["a", "b"], outputs: ["sum"] },
    { op: "Mul", inputs: ["a", "two"], outputs: ["double"] },
  ],
  constants: [floatTensor("two", [], [2])],
});

const a = { values: Float32Array.of(1, 2), shape: [1, 2] };
const b = { values: Float32Array.of(10, 20, 30, 40), shape: [2, 2] };

test("a network says what it takes and gives, and runs on values with shapes", async () => {
  const session = await openNetSession(model);
  expect(session.inputs).toEqual([
    { name: "a", type: "float32", shape: [1, 2] },
    { name: "b", type: "float32", shape: ["rows", 2] },
  ]);
  expect(session.outputs.map(({ name }) => name)).toEqual(["sum", "double"]);
  const { sum, double } = await session.run({ a, b });
  expect(sum).toEqual({ values: Float32Array.of(11, 22, 31, 42), shape: [2, 2] });
  expect(double).toEqual({ values: Float32Array.of(2, 4), shape: [1, 2] });
  await session.close();
  await session.close();
});

test("a network that starts quickly gives the same", async () => {
  const session = await openNetSession(model, ["cpu"], "quick-start");
  const { sum } = await session.run({ a, b });
  expect(sum?.values).toEqual(Float32Array.of(11, 22, 31, 42));
  await session.close();
});

test("a network is opened from a file as well, and is not there any more when it is closed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-nets-"));
  try {
    const path = join(folder, "model.onnx");
    await writeFile(path, model);
    const session = await openNetSession(path);
    await session.close();
    await expect(session.run({ a, b })).rejects.toThrow("disposed");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what is no network, and inputs that do not fit, fail", async () => {
  await expect(openNetSession(Uint8Array.of(1, 2, 3))).rejects.toThrow("protobuf");
  const session = await openNetSession(model);
  await expect(session.run({ a })).rejects.toThrow("b");
  await expect(session.run({ a, b: { ...b, shape: [4, 1] } })).rejects.toThrow("b");
  await session.close();
});

test("the library says what it is", async () => {
  expect(await netRuntimeFacts()).toMatchObject({ version: expect.stringMatching(/^1\.\d+/) });
  expect((await netRuntimeFacts()).providers).toContain("cpu");
});
