import { createHash } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { nameWriteError } from "./write-error.js";

/** Bytes gathered before they are written. */
const blockBytes = 1 << 20;

/** Writes a file from many small pieces, and knows its hash when it is done. An unfinished file is removed. */
export class BlockFileWriter {
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

  /** Creates or empties the file. @throws UnderstudyError `output-write-failed`, `disk-full`. */
  static async create(path: string): Promise<BlockFileWriter> {
    const file = await open(path, "w").catch((error: unknown) => {
      throw nameWriteError(path, error);
    });
    return new BlockFileWriter(path, file);
  }

  /** Copies `piece` and writes it now or with the next block. @throws UnderstudyError as `create`. */
  async append(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    this.#byteLength += piece.length;
    this.#blocks.push(Uint8Array.from(piece));
    this.#waitingBytes += piece.length;
    if (this.#waitingBytes >= blockBytes) await this.#flush();
  }

  /** SHA-256 of everything appended so far; 32 bytes. */
  digest(): Buffer {
    return this.#hash.copy().digest();
  }

  /** Writes what waits and closes the file. @returns its length and its SHA-256 in lower-case hex. */
  async finish(): Promise<{ readonly byteLength: number; readonly sha256: string }> {
    await this.#flush();
    this.#isFinished = true;
    await this.close();
    return { byteLength: this.#byteLength, sha256: this.digest().toString("hex") };
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
    try {
      await this.#file.writeFile(block);
    } catch (error) {
      throw nameWriteError(this.#path, error);
    }
  }
}
