import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** SHA-256 of the first bytes of a file, or of all of it where it is shorter; a megabyte at a time. */
export async function hashStart(file: FileHandle, byteLength: number): Promise<Buffer> {
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(1 << 20);
  for (let at = 0; at < byteLength;) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, byteLength - at), at);
    if (bytesRead === 0) break;
    hash.update(block.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest();
}
