import { readSync } from "node:fs";

/** A field of a protobuf message: a number, or the place of its bytes. */
export interface ProtobufField {
  readonly id: number;
  readonly isBytes: boolean;
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** Reads protobuf messages out of a file, a window at a time; what is not asked for is skipped. All of it blocks the thread. */
export interface ProtobufReader {
  readonly byteLength: number;
  /** The fields of a message. @throws Error when the bytes are no message. */
  fields(start: number, end: number): Generator<ProtobufField>;
  /** Whole numbers, one after the other; the first 16 of them. */
  packed(start: number, end: number): number[];
  bytes(start: number, end: number): Buffer;
}

const windowBytes = 65_536;
/** A model of a gigabyte has some ten thousand fields. */
const mostFields = 5_000_000;
/** Numbers of a packed list that are read: it is the shape of a table. */
const mostSizes = 16;

/** @param descriptor of an open file. @param byteLength of the whole file. */
export function createProtobufReader(descriptor: number, byteLength: number): ProtobufReader {
  const window = Buffer.alloc(windowBytes);
  let [windowStart, windowEnd, fieldCount] = [0, 0, 0];
  const byteAt = (position: number): number => {
    if (position < windowStart || position >= windowEnd) {
      windowStart = position;
      windowEnd = position + readSync(descriptor, window, 0, windowBytes, position);
      if (windowEnd === windowStart) throw new Error("the file ends in the middle of a message");
    }
    return window[position - windowStart]!;
  };
  let cursor = 0;
  const varint = (): number => {
    let value = 0;
    for (let k = 0; k < 10; k++) {
      const byte = byteAt(cursor++);
      value += (byte & 0x7f) * 2 ** (7 * k);
      if (byte < 0x80) return value;
    }
    throw new Error("a number has too many bytes");
  };
  function* fields(start: number, end: number): Generator<ProtobufField> {
    for (let at = start; at < end;) {
      if (++fieldCount > mostFields) throw new Error("there are too many fields");
      cursor = at;
      const key = varint();
      const [id, wire] = [Math.floor(key / 8), key % 8];
      let [value, from, to] = [0, cursor, cursor];
      if (wire === 0) {
        value = varint();
        to = cursor;
      } else if (wire === 1) to = cursor + 8;
      else if (wire === 5) to = cursor + 4;
      else if (wire === 2) {
        const size = varint();
        [from, to] = [cursor, cursor + size];
      } else throw new Error("it is no protobuf message");
      if (id === 0 || to > end) throw new Error("a field is larger than its message");
      at = to;
      yield { id, isBytes: wire === 2, value, start: from, end: to };
    }
  }
  return {
    byteLength,
    fields,
    packed(start, end) {
      const values: number[] = [];
      cursor = start;
      for (;;) {
        if (cursor >= end || values.length === mostSizes) return values;
        values.push(varint());
      }
    },
    bytes(start, end) {
      const bytes = Buffer.alloc(end - start);
      if (readSync(descriptor, bytes, 0, bytes.length, start) !== bytes.length)
        throw new Error("the file is too short");
      return bytes;
    },
  };
}
