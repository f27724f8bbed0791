import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type * as TfBackend from "@tensorflow/tfjs-backend-wasm";
import type * as TfConverter from "@tensorflow/tfjs-converter";
import type * as Tf from "@tensorflow/tfjs-core";
import type { LoadedNet, NetInput, TensorRuntime } from "./tensor-runtime.js";

// Loaded as CommonJS, which is one file a package: as modules they are a thousand, and every face thread waits 0.3 s for them.
const load = createRequire(import.meta.url);
const tf = load("@tensorflow/tfjs-core") as typeof Tf;
const wasmBackend = load("@tensorflow/tfjs-backend-wasm") as typeof TfBackend;
const { loadGraphModel } = load("@tensorflow/tfjs-converter") as typeof TfConverter;

let backendReady: Promise<void> | undefined;

/**
 * Starts WebAssembly (SIMD, one thread: tfjs has no threads in Node, so parallel work means worker threads). Once per
 * thread. tfjs finds its wasm files beside its script only in browsers, therefore the paths; it prints kernel
 * registrations and platform advice on the console, therefore `PROD`.
 */
function startBackend(): Promise<void> {
  backendReady ??= (async () => {
    tf.env().set("PROD", true);
    const entry = load.resolve("@tensorflow/tfjs-backend-wasm");
    wasmBackend.setWasmPaths(join(dirname(entry), "..", "wasm-out") + sep);
    wasmBackend.setThreadsCount(1);
    await tf.setBackend("wasm");
    await tf.ready();
  })();
  return backendReady;
}

interface WasmNet extends LoadedNet {
  readonly model: TfConverter.GraphModel;
}

/** The default runtime: TensorFlow.js 4.22 on WebAssembly. Several may live in one thread; they share the backend. */
export async function createWasmRuntime(): Promise<TensorRuntime> {
  await startBackend();
  const models = new Set<TfConverter.GraphModel>();
  return {
    async load(name, graph): Promise<WasmNet> {
      const { buffer, byteOffset, byteLength } = graph.weightBytes;
      const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
      const weightData = (isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
      const artifacts = {
        modelTopology: { node: graph.nodes, versions: {}, library: {} },
        weightSpecs: graph.weightSpecs as unknown as Tf.io.WeightsManifestEntry[],
        weightData,
      };
      const model = await loadGraphModel({ load: () => Promise.resolve(artifacts) });
      // The weights now live in WebAssembly memory; the model would keep the loaded copy (25 MB for the embedder) as well.
      artifacts.weightData = new ArrayBuffer(0);
      models.add(model);
      return { name, model };
    },
    run(net, inputs, outputs): Float32Array[] {
      const { model } = net as WasmNet;
      const tensors: Record<string, Tf.Tensor> = {};
      for (const [name, { values, shape }] of Object.entries(inputs) as [string, NetInput][]) {
        tensors[name] = tf.tensor(values, shape as number[], "float32");
      }
      const results = model.execute(tensors, outputs as string[]);
      const list = Array.isArray(results) ? results : [results];
      const flat = list.map((tensor) => tensor.dataSync<"float32">());
      tf.dispose(list);
      tf.dispose(tensors);
      return flat;
    },
    close(): void {
      for (const model of models) model.dispose();
      models.clear();
    },
  };
}
