/** A box of ISO/IEC 14496-12: its length, its four-letter type, its content. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const byteLength = content.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(byteLength), Buffer.from(type, "latin1"), ...content]);
}

/** A box with a version and flags. */
export function fullBox(type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Buffer {
  return box(type, u32(version * 2 ** 24 + flags), ...content);
}

/** Numbers of 8 bits. */
export function u8(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

/** Big-endian numbers of 16 bits. */
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * at);
  return bytes;
}

/** Big-endian numbers of 32 bits, the negative ones as two's complement. */
export function u32(...values: readonly number[]): Buffer {
  return u32List(values);
}

/** As `u32`, for any number of them. */
export function u32List(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * at);
  return bytes;
}

/** Big-endian numbers of 64 bits. */
export function u64(...values: readonly number[]): Buffer {
  return u64List(values);
}

/** As `u64`, for any number of them. */
export function u64List(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [at, value] of values.entries()) bytes.writeBigInt64BE(BigInt(value), 8 * at);
  return bytes;
}
