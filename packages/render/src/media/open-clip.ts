import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { clipMagic, clipTailBytes } from "./clip-file.js";
import { hashStart } from "./hash-start.js";
import { openRegularFile } from "./regular-file.js";

/** A packet takes some 40 bytes of the table: this is eight hours of 60 frames a second. */
const maxContentsBytes = 64 << 20;

const naturalNumber = z.number().int().nonnegative();
const rational = z.strictObject({ numerator: z.number().int(), denominator: z.number().int().positive() });

const contentsSchema = z.strictObject({
  version: z.literal(1),
  /** Visible frames of the film in display order, half-open. */
  startFrame: naturalNumber,
  endFrame: naturalNumber,
  /** Unit of all ticks; the source track's own. */
  timeBase: rational,
  frameRate: rational,
  widthPixels: naturalNumber,
  heightPixels: naturalNumber,
  sampleAspectRatio: rational,
  colour: z.strictObject({
    primaries: naturalNumber,
    transfer: naturalNumber,
    matrix: naturalNumber,
    isFullRange: z.boolean(),
  }),
  /** `avcC` contents, base64. */
  configuration: z.base64(),
  /** Source frames that could not be decoded and show a neighbour instead. */
  repeatedFrames: naturalNumber,
  /** Decode order: presentation tick, decode tick, duration in ticks, 1 for an IDR picture, payload bytes. */
  packets: z.array(z.tuple([z.int(), z.int(), naturalNumber, z.union([z.literal(0), z.literal(1)]), naturalNumber])),
  /** What was found when a film with this clip was decoded and passed its check; absent before. */
  verified: z
    .strictObject({
      /** Name of the fingerprint that the hashes are of. */
      fingerprint: z.string().max(100),
      /** Frame numbers and their hashes, ascending. */
      hashes: z.array(z.tuple([naturalNumber, z.string().regex(/^[\da-f]{16}$/)])),
    })
    .optional(),
});

/** Table of contents of a clip file. */
export type ClipContents = Readonly<z.infer<typeof contentsSchema>>;

/** An opened clip. */
export interface ClipReader {
  readonly contents: ClipContents;
  /** Payload of packet `number`, counted in decode order. */
  readPayload(number: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a finished clip.
 * @throws UnderstudyError `internal-error` when it is missing, cut off or not a clip.
 */
export async function openClip(path: string): Promise<ClipReader> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw notAClip(path, cause);
  });
  try {
    const { contents, contentsAt } = await readContents(file);
    const offsets = [clipMagic.length];
    for (const packet of contents.packets) offsets.push((offsets.at(-1) ?? 0) + packet[4]);
    if (offsets.at(-1) !== contentsAt) throw new Error("the table does not fit the packets");
    const readPayload = async (number: number): Promise<Uint8Array> => {
      const start = offsets[number] ?? 0;
      return readExactly(file, start, (offsets[number + 1] ?? start) - start);
    };
    return { contents, readPayload, close: () => file.close() };
  } catch (cause) {
    await file.close();
    throw notAClip(path, cause);
  }
}

/** Whether a clip's bytes are those that were written; reads all of it. The file may be anybody's. */
export async function isWholeClip(path: string): Promise<boolean> {
  const { file, byteLength } = await openRegularFile(path, "file-missing");
  try {
    if (byteLength < clipTailBytes) return false;
    const hashAt = byteLength - clipTailBytes + 4;
    const stated = await readExactly(file, hashAt, 32);
    return stated.equals(await hashStart(file, hashAt));
  } finally {
    await file.close();
  }
}

async function readContents(file: FileHandle): Promise<{ contents: ClipContents; contentsAt: number }> {
  const { size } = await file.stat();
  const tail = await readExactly(file, size - clipTailBytes, clipTailBytes);
  if (!tail.subarray(-clipMagic.length).equals(clipMagic)) throw new Error("the end is missing");
  const length = tail.readUInt32BE(0);
  if (length > maxContentsBytes) throw new Error("the table is too long");
  const contentsAt = size - tail.length - length;
  const json = await readExactly(file, contentsAt, length);
  return { contents: contentsSchema.parse(JSON.parse(json.toString("utf8"))), contentsAt };
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw new Error("the file is too short");
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error("the file is too short");
  return buffer;
}

function notAClip(path: string, cause: unknown): UnderstudyError {
  return new UnderstudyError("internal-error", `${path} is not a finished clip.`, { cause });
}
