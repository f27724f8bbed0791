/**
 * Writes ONNX models: the few protobuf messages of `onnx.proto3` (IR version 8) that networks with fixed shapes need. Used by
 * `tools/convert-weights.js` and by tests that want a small model of their own.
 */

/** What a tensor can hold; number of the type in `TensorProto.DataType`. */
const elementTypes = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;

/** Type of the values of a tensor; `float16` values are given as their bits. */
export type ElementType = keyof typeof elementTypes;

/** A constant of the model. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  /** Empty for a single number. */
  readonly shape: readonly number[];
  /** Little-endian values, row by row. */
  readonly bytes: Uint8Array;
}

/** Whole numbers become `INT` or `INTS`; write a decimal as `{ float: 0.1 }`. */
export type OnnxAttribute = string | number | readonly number[] | { readonly float: number };

/** One operation. */
export interface OnnxNode {
  /** Such as `Conv`, of the default operator set. */
  readonly op: string;
  /** Names of values; "" for an optional input that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A float32 value that enters or leaves the model. */
export interface OnnxValue {
  readonly name: string;
  /** A word stands for a size that is only known when the model runs. */
  readonly shape: readonly (number | string)[];
}

/** A whole model. Nodes stand in an order in which they can be computed. */
export interface OnnxModel {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  /** Written into the model as its `doc_string`. */
  readonly about?: string;
}

/** Version of the operator set that nodes are meant in. */
export const operatorSet = 17;

/** The bytes of an `.onnx` file; the same model gives the same bytes. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = message(
    ...model.nodes.map((node) => field(1, encodeNode(node))),
    field(2, utf8(model.name)),
    ...model.constants.map((constant) => field(5, encodeTensor(constant))),
    ...model.inputs.map((value) => field(11, encodeValue(value))),
    ...model.outputs.map((value) => field(12, encodeValue(value))),
  );
  return message(
    number(1, 8),
    ...(model.about === undefined ? [] : [field(6, utf8(model.about))]),
    field(7, graph),
    field(8, number(2, operatorSet)),
  );
}

/** A constant of plain floats. */
export function floatTensor(name: string, shape: readonly number[], values: ArrayLike<number>): OnnxTensor {
  return { name, type: "float32", shape, bytes: bytesOf(Float32Array.from(values)) };
}

/** A constant of whole numbers, as shapes and indices are given. */
export function indexTensor(name: string, shape: readonly number[], values: ArrayLike<number>): OnnxTensor {
  return { name, type: "int64", shape, bytes: bytesOf(BigInt64Array.from(Array.from(values, BigInt))) };
}

function encodeNode({ op, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array {
  return message(
    ...inputs.map((name) => field(1, utf8(name))),
    ...outputs.map((name) => field(2, utf8(name))),
    field(4, utf8(op)),
    ...Object.entries(attributes).map(([name, value]) => field(5, encodeAttribute(name, value))),
  );
}

function encodeAttribute(name: string, value: OnnxAttribute): Uint8Array {
  const head = field(1, utf8(name));
  if (typeof value === "string") return message(head, field(4, utf8(value)), number(20, 3));
  if (typeof value === "number") return message(head, number(3, value), number(20, 2));
  if ("float" in value) return message(head, float(2, value.float), number(20, 1));
  return message(head, ...value.map((each) => number(8, each)), number(20, 7));
}

function encodeTensor({ name, type, shape, bytes }: OnnxTensor): Uint8Array {
  return message(
    ...shape.map((size) => number(1, size)),
    number(2, elementTypes[type]),
    field(8, utf8(name)),
    field(9, bytes),
  );
}

function encodeValue({ name, shape }: OnnxValue): Uint8Array {
  const dimensions = shape.map((size) => field(1, typeof size === "number" ? number(1, size) : field(2, utf8(size))));
  const tensorType = message(number(1, elementTypes.float32), field(2, message(...dimensions)));
  return message(field(1, utf8(name)), field(2, field(1, tensorType)));
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytesOf = (values: Float32Array | BigInt64Array): Uint8Array => new Uint8Array(values.buffer);
const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** A field of bytes: text, raw values or another message. */
function field(id: number, content: Uint8Array): Uint8Array {
  return message(varint(BigInt(id << 3) | 2n), varint(BigInt(content.byteLength)), content);
}

/** A field with a whole number. */
function number(id: number, value: number): Uint8Array {
  return message(varint(BigInt(id << 3)), varint(BigInt.asUintN(64, BigInt(value))));
}

function float(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(varint(BigInt(id << 3) | 5n), bytes);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
