import type * as Ort from "onnxruntime-node";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodeOnnxModel } from "#testing/onnx-model.js";

vi.mock("onnxruntime-node", () => {
  throw new Error("no binary for this machine");
});

const model = encodeOnnxModel({
  name: "negative",
  inputs: [{ name: "x", shape: [2] }],
  outputs: [{ name: "y", shape: [2] }],
  nodes: [{ op: "Neg", inputs: ["x"], outputs: ["y"] }],
  constants: [],
});

beforeEach(() => vi.resetModules());
afterEach(() => vi.doUnmock("onnxruntime-web"));

test("without its binary and its stand-in, the runtime says what to install", async () => {
  vi.doMock("onnxruntime-web", () => {
    throw new Error("not installed");
  });
  const { openNetSession } = await import("./ort-runtime.js");
  await expect(openNetSession(model)).rejects.toMatchObject({
    message: expect.stringContaining("does not load"),
    hint: expect.stringContaining("npm install onnxruntime-web"),
  });
});

test("without its binary, networks run on the WebAssembly build, one thread", async () => {
  const native = await vi.importActual<typeof Ort>("onnxruntime-node");
  const env = { ...native.env, versions: { common: "1.0.0", web: "1.2.3" }, wasm: { numThreads: 4 } };
  vi.doMock("onnxruntime-web", () => ({ InferenceSession: native.InferenceSession, Tensor: native.Tensor, env }));
  const { netRuntimeFacts, openNetSession } = await import("./ort-runtime.js");
  const session = await openNetSession(model);
  const { y } = await session.run({ x: { values: Float32Array.of(1, -2), shape: [2] } });
  expect(y!.values).toEqual(Float32Array.of(-1, 2));
  expect(env.wasm.numThreads).toBe(1);
  expect(await netRuntimeFacts()).toEqual({ library: "onnxruntime-web", version: "1.2.3", providers: ["cpu"] });
  await session.close();
});
