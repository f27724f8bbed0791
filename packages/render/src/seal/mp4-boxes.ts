import type { FileHandle } from "node:fs/promises";

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

/** More than any sane file has; the walk ends there. */
const maxBoxes = 100_000;

/** The box that holds a C2PA manifest store; undefined when there is none. */
export async function findC2paBox(file: FileHandle, fileBytes: number): Promise<TopBox | undefined> {
  for await (const box of topBoxes(file, fileBytes)) if (box.uuid === c2paUuid) return box;
  return undefined;
}

/** Walks the boxes at the top of an MP4 file without reading what is in them; ends at the first that does not fit. */
export async function* topBoxes(file: FileHandle, fileBytes: number): AsyncGenerator<TopBox> {
  const head = Buffer.alloc(32);
  for (let offset = 0, count = 0; offset + 8 <= fileBytes && count < maxBoxes; count++) {
    const { bytesRead } = await file.read(head, 0, head.length, offset);
    if (bytesRead < 8) return;
    const short = head.readUInt32BE(0);
    const headerBytes = short === 1 ? 16 : 8;
    const byteLength = short === 0 ? fileBytes - offset : short === 1 ? Number(head.readBigUInt64BE(8)) : short;
    if (byteLength < headerBytes || offset + byteLength > fileBytes) return;
    const type = head.toString("latin1", 4, 8);
    const uuid = type === "uuid" ? head.toString("hex", headerBytes, headerBytes + 16) : undefined;
    yield { type, offset, byteLength, ...(uuid !== undefined && { uuid }) };
    offset += byteLength;
  }
}
