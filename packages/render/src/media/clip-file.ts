import { createHash } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import type { ClipContents } from "./open-clip.js";
import { nameWriteError } from "./write-error.js";

/**
 * A finished region on disk, readable by any later process: 8 bytes of magic, the packets' payloads, a JSON table of
 * contents, its length as 32-bit big-endian, the magic again. The table lies at the end because times and sizes are known
 * last; a file whose end lacks the magic was never finished.
 */
export const clipMagic = Buffer.from("UDYCLIP1");

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
    await writer.append(clipMagic);
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
    for (const part of [json, length, clipMagic]) await this.append(part);
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
