import { BlockFileWriter } from "./block-file.js";
import type { ClipContents } from "./open-clip.js";

/**
 * A finished region on disk, readable by any later process: 8 bytes of magic, the packets' payloads, a JSON table of
 * contents, its length as 32-bit big-endian, SHA-256 of everything before, the magic again. The table lies at the end because
 * times and sizes are known last; a file whose end lacks the magic was never finished.
 */
export const clipMagic = Buffer.from("UDYCLIP2");

/** Bytes behind the table of contents: its length, the hash, the magic. */
export const clipTailBytes = 4 + 32 + clipMagic.length;

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

/** Writes payloads as they come and the contents at the end. */
export class ClipFileWriter {
  readonly #path: string;
  readonly #file: BlockFileWriter;

  private constructor(path: string, file: BlockFileWriter) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates or empties the file. Throws `output-write-failed` or `disk-full`. */
  static async create(path: string): Promise<ClipFileWriter> {
    const file = await BlockFileWriter.create(path);
    await file.append(clipMagic);
    return new ClipFileWriter(path, file);
  }

  /** Copies `payload` and writes it now or with the next block. */
  append(payload: Uint8Array): Promise<void> {
    return this.#file.append(payload);
  }

  /** Writes the contents and closes the file. */
  async finish(contents: ClipContents): Promise<ClipFile> {
    const json = Buffer.from(JSON.stringify(contents));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(json.length);
    for (const part of [json, length]) await this.#file.append(part);
    for (const part of [this.#file.digest(), clipMagic]) await this.#file.append(part);
    const { packets, repeatedFrames } = contents;
    return { path: this.#path, ...(await this.#file.finish()), frameCount: packets.length, repeatedFrames };
  }

  /** Closes the file and removes it when it was not finished; safe to call twice. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
