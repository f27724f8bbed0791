import type { GraphDefinition } from "./graph.js";

/** A network that was loaded; only its runtime knows what is inside. */
export interface LoadedNet {
  readonly name: string;
}

/** Numbers with a shape; images are NHWC: one picture, rows, columns, channels. */
export interface NetInput {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Code that can run a network: TensorFlow.js on WebAssembly here, something faster elsewhere. Not safe for two callers at
 * once; each worker thread has its own.
 */
export interface TensorRuntime {
  /** Takes in a network. @param name for messages only. */
  load(name: string, graph: GraphDefinition): Promise<LoadedNet>;
  /**
   * Runs a network on named inputs and returns the named outputs, flat, in the order asked for. Inputs and outputs may be
   * any node of the graph; what no output needs is not computed. The arrays belong to the caller.
   */
  run(net: LoadedNet, inputs: Readonly<Record<string, NetInput>>, outputs: readonly string[]): Float32Array[];
  /** Frees every network; idempotent. */
  close(): void;
}
