import type { FileHandle } from "node:fs/promises";
import { maxTopBoxes } from "./limits.js";

/** A box at the top of an MP4 file. */
export interface TopBox {
  /** Four characters. */
  readonly type: string;
  readonly offset: number;
  /** Bytes with the header. */
  readonly byteLength: number;
  /** Extended type of a `uuid` box, lower-case hex. */
  readonly uuid?: string;
}

/** Extended type of the box that holds a C2PA manifest store (C2PA 2.2, appendix A.5). */
export const c2paUuid = "d8fec3d61b0e483c92975828877ec481";

/** The box that holds a C2PA manifest store; undefined when there is none among the first `maxTopBoxes`. */
export async function findC2paBox(file: FileHandle, fileBytes: number): Promise<TopBox | "too-many-boxes" | undefined> {
  let count = 0;
  for await (const box of topBoxes(file, fileBytes)) {
    if (box.uuid === c2paUuid) return box;
    count++;
  }
  return count === maxTopBoxes ? "too-many-boxes" : undefined;
}

/** Most bytes of a box that are looked at: a long header and the extended type. */
const lookedAtBytes = 32;

/**
 * Walks the boxes at the top of an MP4 file without reading what is in them; ends at the first that does not fit, and after
 * `maxTopBoxes`.
 */
export async function* topBoxes(file: FileHandle, fileBytes: number): AsyncGenerator<TopBox> {
  // Small boxes lie close together; one read takes in many.
  const window = Buffer.alloc(4096);
  let [windowStart, windowEnd] = [0, 0];
  for (let offset = 0, count = 0; offset + 8 <= fileBytes && count < maxTopBoxes; count++) {
    if (offset + lookedAtBytes > windowEnd) {
      const { bytesRead } = await file.read(window, 0, window.length, offset);
      [windowStart, windowEnd] = [offset, offset + bytesRead];
    }
    const head = window.subarray(offset - windowStart, windowEnd - windowStart);
    if (head.length < 8) return;
    const short = head.readUInt32BE(0);
    const headerBytes = short === 1 ? 16 : 8;
    if (head.length < headerBytes) return;
    const byteLength = short === 0 ? fileBytes - offset : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (byteLength < headerBytes || offset + byteLength > fileBytes) return;
    const type = head.toString("latin1", 4, 8);
    const uuid = type === "uuid" ? head.toString("hex", headerBytes, headerBytes + 16) : undefined;
    yield { type, offset, byteLength, ...(uuid !== undefined && { uuid }) };
    offset += byteLength;
  }
}
