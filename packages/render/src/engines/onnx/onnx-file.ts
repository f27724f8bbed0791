import { closeSync, fstatSync, openSync } from "node:fs";
import { createProtobufReader, type ProtobufReader } from "./protobuf-reader.js";

/** A constant of a model, where its numbers lie in the file. */
interface ConstantPlace {
  readonly shape: readonly number[];
  /** Number of the type in `TensorProto.DataType`. */
  readonly type: number;
  /** Raw values, little-endian; or packed floats. */
  readonly start: number;
  readonly byteLength: number;
}

/** A table of numbers, row by row. */
export interface OnnxMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** What ONNX Runtime does not tell of a model. */
export interface OnnxFileFacts {
  /** Whether numbers of the model lie in other files: these are read without being asked for. */
  readonly hasExternalData: boolean;
  /** The last constant of the graph when it is a table of float32 or float16 values; models keep a projection there. */
  readonly lastMatrix?: OnnxMatrix;
}

/** Messages of `onnx.proto3` in which constants may lie, and in which of their fields. */
const messages = {
  model: { 7: "graph", 20: "training", 25: "function" },
  training: { 1: "graph", 2: "graph" },
  graph: { 1: "node", 5: "tensor", 15: "sparseTensor" },
  function: { 7: "node" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparseTensor", 23: "sparseTensor" },
  sparseTensor: { 1: "tensor", 2: "tensor" },
  tensor: {},
} as const satisfies Record<string, Readonly<Record<number, string>>>;

type MessageName = keyof typeof messages;

const externalLocation = 1;
const [float32, float16] = [1, 10];
/** Deeper nesting than this is no model. */
const deepest = 24;
/** Values of the largest projection that is read. */
const mostValues = 4096 * 4096;

/**
 * Looks through a model file without loading it; numbers are skipped. Blocks the thread while it reads 64 KB a constant.
 * @throws Error when the bytes are no ONNX model.
 */
export function inspectOnnxFile(path: string): OnnxFileFacts {
  const descriptor = openSync(path, "r");
  try {
    const reader = createProtobufReader(descriptor, fstatSync(descriptor).size);
    let hasExternalData = false;
    let last: ConstantPlace | undefined;
    const visit = (name: MessageName, start: number, end: number, depth: number): void => {
      if (depth > deepest) throw new Error("messages lie too deep in each other");
      const children: Readonly<Record<number, MessageName>> = messages[name];
      for (const field of reader.fields(start, end)) {
        const child = children[field.id];
        if (child !== undefined && field.isBytes) {
          if (child === "tensor") {
            const { place, isExternal } = readTensor(reader, field.start, field.end);
            hasExternalData ||= isExternal;
            if (name === "graph" && depth === 1) last = place;
          } else visit(child, field.start, field.end, depth + 1);
        }
      }
    };
    visit("model", 0, reader.byteLength, 0);
    const lastMatrix = last && readMatrix(reader, last);
    return { hasExternalData, ...(lastMatrix && { lastMatrix }) };
  } finally {
    closeSync(descriptor);
  }
}

function readTensor(reader: ProtobufReader, start: number, end: number): { place: ConstantPlace; isExternal: boolean } {
  const shape: number[] = [];
  let [type, from, byteLength, isExternal] = [0, 0, 0, false];
  for (const field of reader.fields(start, end)) {
    if (field.id === 1 && field.isBytes) shape.push(...reader.packed(field.start, field.end));
    else if (field.id === 1) shape.push(field.value);
    else if (field.id === 2) type = field.value;
    else if (field.id === 9 || (field.id === 4 && field.isBytes))
      [from, byteLength] = [field.start, field.end - field.start];
    else if (field.id === 13 || (field.id === 14 && field.value === externalLocation)) isExternal = true;
  }
  return { place: { shape, type, start: from, byteLength }, isExternal };
}

function readMatrix(reader: ProtobufReader, { shape, type, start, byteLength }: ConstantPlace): OnnxMatrix | undefined {
  const [rows = 0, columns = 0] = shape;
  const count = rows * columns;
  const width = type === float32 ? 4 : type === float16 ? 2 : 0;
  if (shape.length !== 2 || count === 0 || count > mostValues || width === 0 || byteLength !== count * width) return;
  const bytes = reader.bytes(start, start + byteLength);
  const values = Float32Array.from({ length: count }, (_, i) =>
    width === 4 ? bytes.readFloatLE(4 * i) : fromHalf(bytes.readUInt16LE(2 * i)),
  );
  return { rows, columns, values };
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
