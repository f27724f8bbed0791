import { open, type FileHandle } from "node:fs/promises";
import { z } from "zod";
import { UnderstudyError } from "#model/errors.js";
import { clipMagic } from "./clip-file.js";

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
    const offsets = [clipMagic.length];
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
  const tail = await readExactly(file, size - clipMagic.length - 4, clipMagic.length + 4);
  if (Buffer.compare(tail.subarray(4), clipMagic) !== 0) throw new Error("the end is missing");
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
