/** Shape, type and packing of one constant of a graph, as TensorFlow.js writes it. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int32";
  /** `float16`: two bytes a value. `uint8`: value = min + scale * byte. */
  readonly quantization?: { readonly dtype: "float16" | "uint8"; readonly scale?: number; readonly min?: number };
}

/** One operation of a graph, in TensorFlow's own JSON. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

/** A network as data: operations, and the bytes of its constants in the order of `weightSpecs`. */
export interface GraphDefinition {
  readonly nodes: readonly GraphNode[];
  readonly weightSpecs: readonly WeightSpec[];
  readonly weightBytes: Uint8Array;
}

interface GraphFile {
  readonly modelTopology: { readonly node: readonly GraphNode[] };
  readonly weightsManifest: readonly { readonly weights: readonly WeightSpec[] }[];
}

/** Reads a TensorFlow.js graph model: `json` is its topology file, `weightBytes` its only shard. */
export function parseGraph(json: Uint8Array, weightBytes: Uint8Array): GraphDefinition {
  const file = JSON.parse(new TextDecoder().decode(json)) as GraphFile;
  return {
    nodes: file.modelTopology.node,
    weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
    weightBytes,
  };
}
