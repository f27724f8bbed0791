import { createHash, type Hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { openRegularFile } from "#media/regular-file.js";
import { c2paUuid, topBoxes, type TopBox } from "./mp4-boxes.js";

// Puts a manifest store into an MP4 file block by block. The library can do that too, but it holds the file in memory some
// four times and takes five times as long.

/** Boxes that may stand at the top of a file that is taken here: those of an ordinary, unfragmented film. */
const plainTypes: ReadonlySet<string> = new Set(["ftyp", "moov", "mdat", "free", "skip", "wide", "udta", "uuid"]);

/** Largest table of contents that is taken; an hour has some three million bytes. */
const maxMoovBytes = 64 * 1024 * 1024;

const blockBytes = 1 << 20;

const becameShorter = "the film became shorter while it was copied";

/**
 * The rules by which the credentials bind an MP4 file, as the assertion `c2pa.hash.bmff.v3` states them: everything but
 * the three boxes that C2PA 2.2 (section 18.6) takes out of every film.
 */
export const mp4Exclusions: readonly unknown[] = [
  { xpath: "/uuid", data: [{ offset: 8, value: [...Buffer.from(c2paUuid, "hex")] }] },
  { xpath: "/ftyp" },
  { xpath: "/mfra" },
];

/** An MP4 file with a place for its credentials. */
export interface RoomyMp4 {
  /** Of everything that the credentials bind. */
  readonly sha256: Buffer;
  /** Where the place begins. */
  readonly roomOffset: number;
}

/** The boxes of a film that can be taken here; undefined for any other, such as a fragmented or already sealed one. */
export async function plainMp4Boxes(path: string): Promise<readonly TopBox[] | undefined> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  try {
    const boxes: TopBox[] = [];
    for await (const box of topBoxes(file, byteLength)) {
      if (!plainTypes.has(box.type) || box.uuid === c2paUuid) return undefined;
      boxes.push(box);
    }
    const last = boxes.at(-1);
    const isWhole = last !== undefined && last.offset + last.byteLength === byteLength;
    const [moov, ...moreMoovs] = boxes.filter(({ type }) => type === "moov");
    const isPlain = boxes[0]?.type === "ftyp" && moov !== undefined && moreMoovs.length === 0;
    return isWhole && isPlain && moov.byteLength <= maxMoovBytes ? boxes : undefined;
  } finally {
    await file.close();
  }
}

/** Bytes of the box that holds a manifest store of this length. */
export function c2paBoxBytes(storeBytes: number): number {
  return c2paBoxHead(0).byteLength + storeBytes;
}

/**
 * Writes the film with a place behind its first box, moves the offsets that it keeps, and hashes what was written.
 * @param boxes as `plainMp4Boxes` found them.
 * @throws RangeError when an offset would no longer fit; the signal's reason after a cancel.
 */
export async function writeRoomyMp4(
  files: { readonly path: string; readonly boxes: readonly TopBox[]; readonly outputPath: string },
  roomBytes: number,
  signal: AbortSignal,
): Promise<RoomyMp4> {
  const { file: source } = await openRegularFile(files.path, "unreadable-media");
  const target = await open(files.outputPath, "wx");
  const hash = createHash("sha256");
  try {
    const [first] = files.boxes;
    const roomOffset = first?.byteLength ?? 0;
    for (const box of files.boxes) {
      signal.throwIfAborted();
      const offset = box === first ? 0 : box.offset + roomBytes;
      if (box !== first) hash.update(uint64(offset));
      if (box.type === "moov") await writeMoov(source, target, box, { offset, roomOffset, roomBytes, hash });
      else await copyBox(source, target, box, offset, box === first ? undefined : hash, signal);
    }
    return { sha256: hash.digest(), roomOffset };
  } finally {
    await source.close();
    await target.close();
  }
}

/** Puts the store into its place. */
export async function fillRoom(path: string, roomOffset: number, store: Uint8Array): Promise<void> {
  const file = await open(path, "r+");
  try {
    const box = Buffer.concat([c2paBoxHead(store.byteLength), store]);
    await file.write(box, 0, box.byteLength, roomOffset);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Header, extended type, version and flags, purpose, and an offset that is used in fragmented films only. */
function c2paBoxHead(storeBytes: number): Buffer {
  const purpose = Buffer.from("manifest\0", "latin1");
  const head = Buffer.concat([
    Buffer.alloc(8),
    Buffer.from(c2paUuid, "hex"),
    Buffer.alloc(4),
    purpose,
    Buffer.alloc(8),
  ]);
  head.writeUInt32BE(head.byteLength + storeBytes, 0);
  head.write("uuid", 4, "latin1");
  return head;
}

async function copyBox(
  source: FileHandle,
  target: FileHandle,
  { offset: from, byteLength }: TopBox,
  to: number,
  hash: Hash | undefined,
  signal: AbortSignal,
): Promise<void> {
  const block = Buffer.allocUnsafe(Math.min(blockBytes, byteLength));
  for (let done = 0; done < byteLength;) {
    signal.throwIfAborted();
    const { bytesRead } = await source.read(block, 0, Math.min(block.length, byteLength - done), from + done);
    if (bytesRead === 0) throw new RangeError(becameShorter);
    const bytes = block.subarray(0, bytesRead);
    hash?.update(bytes);
    await target.write(bytes, 0, bytesRead, to + done);
    done += bytesRead;
  }
}

async function writeMoov(
  source: FileHandle,
  target: FileHandle,
  { offset: from, byteLength }: TopBox,
  to: { offset: number; roomOffset: number; roomBytes: number; hash: Hash },
): Promise<void> {
  const moov = Buffer.alloc(byteLength);
  const { bytesRead } = await source.read(moov, 0, byteLength, from);
  if (bytesRead < byteLength) throw new RangeError(becameShorter);
  moveOffsets(moov, to.roomOffset, to.roomBytes);
  to.hash.update(moov);
  await target.write(moov, 0, byteLength, to.offset);
}

/** Boxes on the way from the table of contents to the lists of offsets (ISO 14496-12, section 8.7.5). */
const containers: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/** Adds `by` to every offset in the box that lies at or behind `behind`. */
function moveOffsets(boxes: Buffer, behind: number, by: number): void {
  for (let at = 0; at + 8 <= boxes.length;) {
    const short = boxes.readUInt32BE(at);
    const headBytes = short === 1 ? 16 : 8;
    const byteLength = short === 0 ? boxes.length - at : short === 1 ? Number(boxes.readBigUInt64BE(at + 8)) : short;
    if (byteLength < headBytes || at + byteLength > boxes.length) throw new RangeError("a box does not fit");
    const type = boxes.toString("latin1", at + 4, at + 8);
    const content = boxes.subarray(at + headBytes, at + byteLength);
    if (containers.has(type)) moveOffsets(content, behind, by);
    else if (type === "stco") moveList(content, 4, behind, by);
    else if (type === "co64") moveList(content, 8, behind, by);
    at += byteLength;
  }
}

/** A list of offsets: version and flags, their number, then they themselves. */
function moveList(list: Buffer, bytesEach: 4 | 8, behind: number, by: number): void {
  const end = 8 + list.readUInt32BE(4) * bytesEach;
  for (let at = 8; at < end; at += bytesEach) {
    const offset = bytesEach === 4 ? list.readUInt32BE(at) : Number(list.readBigUInt64BE(at));
    if (offset < behind) continue;
    // Throws beyond 4 GB, where a file keeps its offsets in eight bytes.
    if (bytesEach === 4) list.writeUInt32BE(offset + by, at);
    else list.writeBigUInt64BE(BigInt(offset + by), at);
  }
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
