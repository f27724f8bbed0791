import { createHash, randomBytes, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { GuardedFetchError } from "#errors.js";

/** A file that grows beside its place and is moved there when it is whole. All members throw `disk-full` or `write-failed`. */
export interface PartialFile {
  /** Bytes written since the start, or since `startOver`. */
  readonly byteLength: number;
  append(chunk: Uint8Array): Promise<void>;
  /** The first bytes, fewer when there are fewer. */
  head(byteLength: number): Promise<Uint8Array>;
  startOver(): Promise<void>;
  /** Moves the file to its place and answers with the SHA-256 of its bytes, in hex. */
  keep(): Promise<string>;
  /** Removes the file; never throws. */
  discard(): Promise<void>;
}

/**
 * Opens `PATH.RANDOM.partial`, which must not exist: neither an old file nor a link that somebody put there is written to.
 * Only its owner may read it (0600). The final rename replaces what stands at the path, a link itself and not its target.
 */
export async function openPartialFile(path: string): Promise<PartialFile> {
  const partial = `${path}.${randomBytes(6).toString("hex")}.partial`;
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  const handle = await writing(open(partial, O_RDWR | O_CREAT | O_EXCL, 0o600));
  let byteLength = 0;
  let hash: Hash = createHash("sha256");
  return {
    get byteLength() {
      return byteLength;
    },
    async append(chunk) {
      await writeAll(handle, chunk, byteLength);
      hash.update(chunk);
      byteLength += chunk.byteLength;
    },
    async head(length) {
      const bytes = Buffer.alloc(Math.min(length, byteLength));
      await writing(handle.read(bytes, 0, bytes.byteLength, 0));
      return bytes;
    },
    async startOver() {
      await writing(handle.truncate(0));
      hash = createHash("sha256");
      byteLength = 0;
    },
    async keep() {
      await writing(handle.close());
      await writing(rename(partial, path));
      return hash.digest("hex");
    },
    async discard() {
      await Promise.allSettled([handle.close(), rm(partial, { force: true })]);
    },
  };
}

/** Writes a whole chunk at a place; one `write` may take less than it was given. */
export async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    const rest = chunk.byteLength - written;
    written += (await writing(handle.write(chunk, written, rest, position + written))).bytesWritten;
  }
}

/** The path stays out of the message: it may name a person. */
async function writing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    if (code === "ENOSPC" || code === "EDQUOT") throw new GuardedFetchError("disk-full", "The disk is full.");
    throw new GuardedFetchError("write-failed", `The file could not be written (${code}).`);
  }
}
