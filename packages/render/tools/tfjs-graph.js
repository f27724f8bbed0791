// Reads what TensorFlow.js writes: a graph with its constants unpacked, and face-api's table of constants.

/**
 * @typedef {{ shape: number[], values: Float32Array | Int32Array, stored: "float32" | "float16" | "uint8" | "int32",
 *   bits?: Uint8Array | Uint16Array, scale?: number, min?: number }} Constant
 * `bits` are the values as stored, where that is smaller: `float16` bits, or bytes with value = min + scale * byte.
 */

/** A graph model: nodes by name, constants by name. @param json its topology file. @param bytes its only shard. */
export function readTfjsGraph(json, bytes) {
  const file = JSON.parse(json);
  const nodes = new Map(file.modelTopology.node.map((node) => [node.name, node]));
  return { nodes, constants: readTfjsConstants(file.weightsManifest, bytes) };
}

/** @param groups the weights manifest. @returns {Map<string, Constant>} */
export function readTfjsConstants(groups, bytes) {
  const constants = new Map();
  let offset = 0;
  for (const { name, shape, dtype, quantization } of groups.flatMap(({ weights }) => weights)) {
    const count = shape.reduce((product, size) => product * size, 1);
    const stored = quantization?.dtype ?? dtype;
    const width = { float32: 4, int32: 4, float16: 2, uint8: 1 }[stored];
    const raw = new Uint8Array(bytes.subarray(offset, offset + width * count));
    constants.set(name, { shape, stored, ...unpack(stored, raw, quantization) });
    offset += width * count;
  }
  if (offset !== bytes.byteLength) throw new Error(`${bytes.byteLength - offset} bytes of weights are left over`);
  return constants;
}

function unpack(stored, raw, { scale = 1, min = 0 } = {}) {
  switch (stored) {
    case "int32":
      return { values: new Int32Array(raw.buffer) };
    case "float32":
      return { values: new Float32Array(raw.buffer) };
    case "float16": {
      const bits = new Uint16Array(raw.buffer);
      return { values: Float32Array.from(bits, halfToNumber), bits };
    }
    case "uint8":
      return { values: Float32Array.from(raw, (byte) => min + scale * byte), bits: raw, scale, min };
    default:
      throw new Error(`constants stored as ${stored} are not known here`);
  }
}

function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) throw new Error("weights are finite numbers");
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
