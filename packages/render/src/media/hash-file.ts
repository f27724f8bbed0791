import { createHash } from "node:crypto";
import { basename } from "node:path";
import { openRegularFile } from "./regular-file.js";
import { tooLarge } from "./too-large.js";

/** How a file is hashed. */
export interface HashSettings {
  /** Inclusive; a file that grows beyond it meanwhile is refused too. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** How a refusal names the file, such as `The photo`; default its name. */
  readonly what?: string;
}

/** A file's digest and the bytes that went into it. */
export interface FileHash {
  /** SHA-256, lower-case hex. */
  readonly sha256: string;
  readonly byteLength: number;
}

/**
 * Hashes a local regular file block by block, a megabyte at a time.
 * @throws UnderstudyError `file-missing` (also for what is not a regular file), `input-too-large`; an `AbortError` when
 * the signal says so.
 */
export async function hashFile(path: string, settings: HashSettings): Promise<FileHash> {
  const { maxBytes, signal, what = basename(path) } = settings;
  const { file, byteLength: stated } = await openRegularFile(path, "file-missing");
  try {
    if (stated > maxBytes) throw tooLarge(what, stated, maxBytes);
    const hash = createHash("sha256");
    const block = Buffer.allocUnsafe(1 << 20);
    let byteLength = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, block.length, byteLength);
      if (bytesRead === 0) return { sha256: hash.digest("hex"), byteLength };
      byteLength += bytesRead;
      if (byteLength > maxBytes) throw tooLarge(what, byteLength, maxBytes);
      hash.update(block.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
