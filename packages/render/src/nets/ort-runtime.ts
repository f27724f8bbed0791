import { readFile } from "node:fs/promises";
import type * as Ort from "onnxruntime-node";
import { UnderstudyError } from "#model/errors.js";

/** Where a network is computed, first choice first; `cuda` needs an NVIDIA GPU and ONNX Runtime's CUDA libraries. */
export type NetProviders = readonly ["cpu"] | readonly ["cuda", "cpu"];

/** What is made short when a network is loaded: its runs, or the loading itself. */
export type NetEffort = "quick-runs" | "quick-start";

/** What is known of a value that enters or leaves a network. */
export interface NetValueFact {
  readonly name: string;
  /** Such as `float32`. */
  readonly type: string;
  /** Size in each direction; a word where it is only known when the network runs. */
  readonly shape: readonly (number | string)[];
}

/** Numbers with a shape, row by row. */
export interface NetTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A network that is loaded. */
export interface NetSession {
  readonly inputs: readonly NetValueFact[];
  readonly outputs: readonly NetValueFact[];
  /**
   * Runs the network on all its inputs, by name, and returns all its outputs. Blocks the thread while it computes. Inputs are
   * not copied and must not change until the outputs are there; these belong to the caller.
   * @throws Error of ONNX Runtime when an input is missing or has another shape, or an output holds no float32 values.
   */
  run(inputs: Readonly<Record<string, NetTensor>>): Promise<Readonly<Record<string, NetTensor>>>;
  /** Frees the network; idempotent. A run that is on its way fails. */
  close(): Promise<void>;
}

/** The library that runs networks here. */
export interface NetRuntimeFacts {
  /** `onnxruntime-node` is native; `onnxruntime-web` is WebAssembly, for machines that the first has no binary for. */
  readonly library: "onnxruntime-node" | "onnxruntime-web";
  readonly version: string;
  /** What the library can compute on, such as `cpu`; some need libraries that it does not bring. */
  readonly providers: readonly string[];
}

/**
 * Loads a network in ONNX format: one file, no external data.
 * @param model its bytes, or the path of its file.
 * @param providers default the processor alone, one thread.
 * @param effort `quick-start` leaves the network as it is in the file: for one that runs a few times only; default `quick-runs`
 * rewrites it for this processor.
 * @throws Error of ONNX Runtime when it is no model or a provider is missing, UnderstudyError `runtime-missing` when no library
 * can be loaded on this machine.
 */
export async function openNetSession(
  model: Uint8Array | string,
  providers: NetProviders = ["cpu"],
  effort: NetEffort = "quick-runs",
): Promise<NetSession> {
  const { ort, facts } = await loadLibrary();
  const bytes = typeof model === "string" && facts.library === "onnxruntime-web" ? await readFile(model) : model;
  // The library's types know a path and bytes, but not the union.
  const session = await ort.InferenceSession.create(bytes as Uint8Array, {
    executionProviders: [...providers],
    // Work is spread over worker threads: one network computes on one core.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    // A plan of a run's memory, kept: no quicker, and 5 MB (detector) to 28 MB (embedder) more.
    enableMemPattern: false,
    ...(effort === "quick-start" && { graphOptimizationLevel: "disabled" }),
  });
  let isOpen = true;
  return {
    inputs: session.inputMetadata.map(factOf),
    outputs: session.outputMetadata.map(factOf),
    async run(inputs) {
      const feeds = Object.entries(inputs).map(([name, { values, shape }]) => [
        name,
        new ort.Tensor("float32", values, shape),
      ]);
      return fromTensors(await session.run(Object.fromEntries(feeds)));
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await session.release();
    },
  };
}

/** Says which library runs networks here. @throws as `openNetSession` does. */
export async function netRuntimeFacts(): Promise<NetRuntimeFacts> {
  return (await loadLibrary()).facts;
}

interface Library {
  readonly ort: typeof Ort;
  readonly facts: NetRuntimeFacts;
}

let library: Promise<Library> | undefined;

/** Once a thread, and only when a network is wanted: loading takes 20 ms. */
function loadLibrary(): Promise<Library> {
  return (library ??= loadNative().catch(loadWebAssembly));
}

async function loadNative(): Promise<Library> {
  const ort = await import("onnxruntime-node");
  ort.env.logLevel = "fatal";
  const providers = ort.listSupportedBackends().map(({ name }) => name);
  return { ort, facts: { library: "onnxruntime-node", version: versionOf(ort), providers } };
}

/** The same interface and the same files. Installed by hand where it is needed, for its 140 MB. */
async function loadWebAssembly(cause: unknown): Promise<Library> {
  const name: string = "onnxruntime-web";
  try {
    const ort = (await import(name)) as typeof Ort;
    ort.env.logLevel = "fatal";
    // More would be worker threads of its own.
    ort.env.wasm.numThreads = 1;
    return { ort, facts: { library: "onnxruntime-web", version: versionOf(ort), providers: ["cpu"] } };
  } catch {
    throw new UnderstudyError("runtime-missing", "ONNX Runtime, which runs the face networks, does not load here.", {
      cause,
      hint: "Install it with `npm install onnxruntime-node`; where it has no binary (Intel Macs, Alpine), with `npm install onnxruntime-web`.",
    });
  }
}

const versionOf = ({ env }: typeof Ort): string => env.versions.node ?? env.versions.web ?? env.versions.common;

function factOf(fact: Ort.InferenceSession.ValueMetadata): NetValueFact {
  return fact.isTensor
    ? { name: fact.name, type: fact.type, shape: fact.shape }
    : { name: fact.name, type: "no tensor", shape: [] };
}

function fromTensors(tensors: Ort.InferenceSession.OnnxValueMapType): Record<string, NetTensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, dims }]) => {
      if (!(data instanceof Float32Array)) throw new Error(`the output ${name} holds no float32 values`);
      return [name, { values: data, shape: dims }];
    }),
  );
}
