import { open, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { BlockFileWriter } from "./block-file.js";

/**
 * Coded sound for a film, readable by any later process: 8 bytes of magic, the packets' payloads, a JSON table of contents, its
 * length as 32-bit big-endian, the magic again. A file whose end lacks the magic was never finished.
 */
const magic = Buffer.from("UDYSOND1");
const tailBytes = 4 + magic.length;

/** A packet takes some 15 bytes of the table: this is a day of sound. */
const maxContentsBytes = 64 << 20;

const naturalNumber = z.number().int().nonnegative();

const contentsSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("spliced"),
    /** Number of each packet in its track, in file order, and the bytes that stand in its place; its times stay. */
    packets: z.array(z.tuple([naturalNumber, naturalNumber])),
  }),
  z.strictObject({
    kind: z.literal("whole"),
    /** What an AAC encoder was opened with. */
    sampleRateHz: z.number().int().positive(),
    channelCount: z.union([z.literal(1), z.literal(2)]),
    bitRate: naturalNumber,
    /** Where the first sample is heard, in samples from the moment that a player shows as 0:00. */
    startSamples: z.number().int(),
    /** Presentation time of each packet in samples behind the first one, its duration in samples, its bytes. */
    packets: z.array(z.tuple([z.number().int(), naturalNumber, naturalNumber])),
  }),
]);

/** Table of contents of a sound clip. */
export type SoundClipContents = Readonly<z.infer<typeof contentsSchema>>;

/** Where a finished sound clip lies; plain data. */
export interface SoundClip {
  readonly path: string;
  readonly byteLength: number;
  /** Lower-case hex, over the whole file. */
  readonly sha256: string;
  /** Track of the source whose packets it replaces, some or all; absent when the source has no sound. */
  readonly trackIndex?: number;
}

/** Writes payloads as they come and the contents at the end. */
export class SoundClipWriter {
  readonly #path: string;
  readonly #file: BlockFileWriter;

  private constructor(path: string, file: BlockFileWriter) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates or empties the file. @throws UnderstudyError `output-write-failed`, `disk-full`. */
  static async create(path: string): Promise<SoundClipWriter> {
    const file = await BlockFileWriter.create(path);
    await file.append(magic);
    return new SoundClipWriter(path, file);
  }

  /** Copies `payload` and writes it now or with the next block. */
  append(payload: Uint8Array): Promise<void> {
    return this.#file.append(payload);
  }

  /** Writes the contents and closes the file. */
  async finish(contents: SoundClipContents): Promise<Omit<SoundClip, "trackIndex">> {
    const json = Buffer.from(JSON.stringify(contents));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    for (const part of [json, length, magic]) await this.#file.append(part);
    return { path: this.#path, ...(await this.#file.finish()) };
  }

  /** Closes the file and removes it when it was not finished; safe to call twice. */
  close(): Promise<void> {
    return this.#file.close();
  }
}

/** An opened sound clip. */
export interface SoundClipReader {
  readonly contents: SoundClipContents;
  /** Payload of the `at`-th packet of the contents. */
  readPayload(at: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a finished sound clip.
 * @throws UnderstudyError `internal-error` when it is missing, cut off or none.
 */
export async function openSoundClip(path: string): Promise<SoundClipReader> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { contents, contentsAt } = await readContents(file);
    const offsets = [magic.length];
    for (const packet of contents.packets) offsets.push(offsets.at(-1)! + packet.at(-1)!);
    if (offsets.at(-1) !== contentsAt) throw new Error("the table does not fit the packets");
    const opened = file;
    const readPayload = (at: number) => readExactly(opened, offsets[at]!, offsets[at + 1]! - offsets[at]!);
    return { contents, readPayload, close: () => opened.close() };
  } catch (cause) {
    await file?.close();
    throw new UnderstudyError("internal-error", `${path} is not a finished sound clip.`, { cause });
  }
}

async function readContents(file: FileHandle): Promise<{ contents: SoundClipContents; contentsAt: number }> {
  const { size } = await file.stat();
  const tail = await readExactly(file, size - tailBytes, tailBytes);
  if (!tail.subarray(-magic.length).equals(magic)) throw new Error("the end is missing");
  const length = tail.readUInt32BE(0);
  if (length > maxContentsBytes) throw new Error("the table is too long");
  const contentsAt = size - tailBytes - length;
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
