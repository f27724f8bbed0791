import { createHash } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { nameWriteError } from "./write-error.js";

/**
 * A finished region on disk, readable by any later process: 8 bytes of magic, the packets' payloads, a JSON table of
 * contents, its length as 32-bit big-endian, the magic again. The table lies at the end because times and sizes are known
 * last; a file whose end lacks the magic was never finished.
 */
const magic = Buffer.from("UDYCLIP1");

const naturalNumber = z.number().int().nonnegative();
const rational = z.strictObject({ numerator: z.number().int(), denominator: z.number().int().positive() });

const contentsSchema = z.strictObject({
  version: z.literal(1),
  mode: z.enum(["smart", "reencode"]),
  region: z.strictObject({
    index: naturalNumber,
    startPacket: naturalNumber,
    endPacket: naturalNumber,
    startFrame: naturalNumber,
    endFrame: naturalNumber,
  }),
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
});

/** Table of contents of a clip file. */
export type ClipContents = Readonly<z.infer<typeof contentsSchema>>;

/** Where a finished clip lies and how to know it again; plain data. */
export interface ClipFile {
  readonly path: string;
  readonly byteLength: number;
  /** Lower-case hex, over the whole file. */
  readonly sha256: string;
  readonly frameCount: number;
  /** Source frames that could not be decoded and show a neighbour instead; 0 for a sound source. */
  readonly repeatedFrames: number;
}

/** Bytes gathered before they are written. */
const blockBytes = 1 << 20;

/** Writes payloads as they come and the contents at the end. */
export class ClipFileWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #blocks: Uint8Array[] = [];
  #waitingBytes = 0;
  #byteLength = 0;
  #isFinished = false;
  #isClosed = false;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates or empties the file. Throws `output-write-failed` or `disk-full`. */
  static async create(path: string): Promise<ClipFileWriter> {
    const file = await open(path, "w").catch((error: unknown) => {
      throw nameWriteError(path, error);
    });
    const writer = new ClipFileWriter(path, file);
    await writer.append(magic);
    return writer;
  }

  /** Copies `payload` and writes it now or with the next block. */
  async append(payload: Uint8Array): Promise<void> {
    this.#blocks.push(Uint8Array.from(payload));
    this.#waitingBytes += payload.length;
    if (this.#waitingBytes >= blockBytes) await this.#flush();
  }

  /** Writes the contents and closes the file. */
  async finish(contents: ClipContents): Promise<ClipFile> {
    const json = Buffer.from(JSON.stringify(contents));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    for (const part of [json, length, magic]) await this.append(part);
    await this.#flush();
    this.#isFinished = true;
    await this.close();
    return {
      path: this.#path,
      byteLength: this.#byteLength,
      sha256: this.#hash.digest("hex"),
      frameCount: contents.packets.length,
      repeatedFrames: contents.repeatedFrames,
    };
  }

  /** Closes the file and removes it when it was not finished; safe to call twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#file.close();
    if (!this.#isFinished) await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const block = Buffer.concat(this.#blocks);
    this.#blocks = [];
    this.#waitingBytes = 0;
    this.#hash.update(block);
    this.#byteLength += block.length;
    try {
      await this.#file.writeFile(block);
    } catch (error) {
      throw nameWriteError(this.#path, error);
    }
  }
}

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
  const file = await open(path, "r").catch((cause: unknown) => {
    throw notAClip(path, cause);
  });
  try {
    const contents = await readContents(file);
    const offsets = [magic.length];
    for (const packet of contents.packets) offsets.push((offsets.at(-1) ?? 0) + packet[4]);
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

async function readContents(file: FileHandle): Promise<ClipContents> {
  const { size } = await file.stat();
  const tail = await readExactly(file, size - magic.length - 4, magic.length + 4);
  if (Buffer.compare(tail.subarray(4), magic) !== 0) throw new Error("the end is missing");
  const length = tail.readUInt32BE(0);
  const json = await readExactly(file, size - tail.length - length, length);
  return contentsSchema.parse(JSON.parse(json.toString("utf8")));
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
