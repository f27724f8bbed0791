import type { GraphDefinition, GraphNode, WeightSpec } from "./graph.js";

/**
 * The face embedder as a graph. face-api ships only a table of layer weights; the wiring is in its
 * `faceRecognitionNet/*.ts` (MIT): a stem, 14 residual blocks, a mean, one matrix. Each layer's scale and bias are
 * folded into its convolution here, so that one layer is one operation.
 */
export function buildEmbedderGraph(manifest: Uint8Array, weightBytes: Uint8Array): GraphDefinition {
  const constants = decodeConstants(manifest, weightBytes);
  const graph = new GraphBuilder();
  let x = graph.add("input", "Placeholder", [], { dtype: { type: "DT_FLOAT" } });

  const convolution = (name: string, from: string, stride: number, relu: boolean): string => {
    const filters = constants.get(`${name}/conv/filters`)!;
    const bias = constants.get(`${name}/conv/bias`)!;
    const scale = constants.get(`${name}/scale/weights`)!;
    const shift = constants.get(`${name}/scale/biases`)!;
    const channels = bias.values.length;
    const folded = filters.values;
    for (let o = 0; o < folded.length; o += channels) {
      for (let c = 0; c < channels; c++) folded[o + c]! *= scale.values[c]!;
    }
    const foldedBias = bias.values.map((value, i) => value * scale.values[i]! + shift.values[i]!);
    return graph.add(
      name,
      "_FusedConv2D",
      [
        from,
        graph.constant(`${name}/filters`, filters.shape, folded),
        graph.constant(`${name}/bias`, bias.shape, foldedBias),
      ],
      {
        T: { type: "DT_FLOAT" },
        strides: { list: { i: [1, stride, stride, 1] } },
        dilations: { list: { i: [1, 1, 1, 1] } },
        padding: { s: base64(stride === 2 ? "VALID" : "SAME") },
        data_format: { s: base64("NHWC") },
        num_args: { i: 1 },
        fused_ops: { list: { s: (relu ? ["BiasAdd", "Relu"] : ["BiasAdd"]).map(base64) } },
        epsilon: { f: 0 },
      },
    );
  };

  const pool = (name: string, op: "MaxPool" | "AvgPool", from: string, size: number): string =>
    graph.add(name, op, [from], {
      T: { type: "DT_FLOAT" },
      strides: { list: { i: [1, 2, 2, 1] } },
      ksize: { list: { i: [1, size, size, 1] } },
      padding: { s: base64("VALID") },
      data_format: { s: base64("NHWC") },
    });

  const pad = (name: string, from: string, rows: number, columns: number, channels: number): string =>
    graph.add(
      name,
      "Pad",
      [from, graph.constant(`${name}/paddings`, [4, 2], Int32Array.of(0, 0, 0, rows, 0, columns, 0, channels))],
      {
        T: { type: "DT_FLOAT" },
      },
    );

  const addAndRelu = (name: string, a: string, b: string): string =>
    graph.add(`${name}/out`, "Relu", [graph.add(`${name}/sum`, "AddV2", [a, b], { T: { type: "DT_FLOAT" } })], {
      T: { type: "DT_FLOAT" },
    });

  const mean = graph.constant("mean", [3], Float32Array.of(122.782, 117.001, 104.298));
  x = graph.add("centred", "Sub", [x, mean], { T: { type: "DT_FLOAT" } });
  x = graph.add("normalised", "Mul", [x, graph.constant("one255th", [], Float32Array.of(1 / 255))], {
    T: { type: "DT_FLOAT" },
  });
  x = convolution("conv32_down", x, 2, true);
  x = pool("stem/pool", "MaxPool", x, 3);
  for (const block of blocks) {
    const main = convolution(
      `${block.name}/conv2`,
      convolution(`${block.name}/conv1`, x, block.halves ? 2 : 1, true),
      1,
      false,
    );
    if (!block.halves) {
      x = addAndRelu(block.name, main, x);
      continue;
    }
    let side = pool(`${block.name}/pool`, "AvgPool", x, 2);
    if (block.widensBy > 0) side = pad(`${block.name}/widen`, side, 0, 0, block.widensBy);
    // "Valid" convolutions of even maps come out one row and column smaller than the pooled side branch.
    const even = block.isOneSmaller ? pad(`${block.name}/grow`, main, 1, 1, 0) : main;
    x = addAndRelu(block.name, even, side);
  }
  x = graph.add("mean/values", "Mean", [x, graph.constant("mean/axes", [2], Int32Array.of(1, 2))], {
    T: { type: "DT_FLOAT" },
    keep_dims: { b: false },
  });
  const fc = constants.get("fc")!;
  graph.add("embedding", "MatMul", [x, graph.constant("fc", fc.shape, fc.values)], {
    T: { type: "DT_FLOAT" },
    transpose_a: { b: false },
    transpose_b: { b: false },
  });
  return graph.finish();
}

/** Residual blocks in order. Map sides on the way: 35, 17, 8, 4, 2. */
const blocks = [
  ...["conv32_1", "conv32_2", "conv32_3"].map((name) => ({ name, halves: false, widensBy: 0, isOneSmaller: false })),
  { name: "conv64_down", halves: true, widensBy: 32, isOneSmaller: false },
  ...["conv64_1", "conv64_2", "conv64_3"].map((name) => ({ name, halves: false, widensBy: 0, isOneSmaller: false })),
  { name: "conv128_down", halves: true, widensBy: 64, isOneSmaller: false },
  ...["conv128_1", "conv128_2"].map((name) => ({ name, halves: false, widensBy: 0, isOneSmaller: false })),
  { name: "conv256_down", halves: true, widensBy: 128, isOneSmaller: true },
  ...["conv256_1", "conv256_2"].map((name) => ({ name, halves: false, widensBy: 0, isOneSmaller: false })),
  { name: "conv256_down_out", halves: true, widensBy: 0, isOneSmaller: true },
];

interface Constant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Unpacks face-api's weights: most are one byte each (value = min + scale * byte), the 64-channel filters plain floats. */
function decodeConstants(manifest: Uint8Array, bytes: Uint8Array): Map<string, Constant> {
  const groups = JSON.parse(new TextDecoder().decode(manifest)) as { readonly weights: readonly WeightSpec[] }[];
  const constants = new Map<string, Constant>();
  let offset = 0;
  for (const spec of groups.flatMap((group) => group.weights)) {
    const count = spec.shape.reduce((product, side) => product * side, 1);
    const values = new Float32Array(count);
    if (spec.quantization) {
      const { scale = 1, min = 0 } = spec.quantization;
      for (let i = 0; i < count; i++) values[i] = min + scale * bytes[offset + i]!;
      offset += count;
    } else {
      new Uint8Array(values.buffer).set(bytes.subarray(offset, offset + 4 * count));
      offset += 4 * count;
    }
    constants.set(spec.name, { shape: spec.shape, values });
  }
  return constants;
}

/** Collects operations and constants. */
class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #specs: WeightSpec[] = [];
  readonly #chunks: Uint8Array[] = [];

  /** Adds an operation and returns its name. */
  add(name: string, op: string, input: readonly string[], attr: GraphNode["attr"]): string {
    this.#nodes.push({ name, op, input, ...(attr ? { attr } : {}) });
    return name;
  }

  /** Adds a constant and returns its name. */
  constant(name: string, shape: readonly number[], values: Float32Array | Int32Array): string {
    const isFloat = values instanceof Float32Array;
    this.#specs.push({ name, shape, dtype: isFloat ? "float32" : "int32" });
    this.#chunks.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const tensorShape = { dim: shape.map((size) => ({ size })) };
    const dtype = isFloat ? "DT_FLOAT" : "DT_INT32";
    return this.add(name, "Const", [], { value: { tensor: { dtype, tensorShape } }, dtype: { type: dtype } });
  }

  finish(): GraphDefinition {
    const weightBytes = new Uint8Array(this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      weightBytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return { nodes: this.#nodes, weightSpecs: this.#specs, weightBytes };
  }
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
