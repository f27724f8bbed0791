import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { UnderstudyError } from "#model/errors.js";

/**
 * SHA-256 of a local regular file, lower-case hex, with its length.
 * @throws UnderstudyError `file-missing`, `input-too-large`.
 */
export async function hashFile(
  path: string,
  maxBytes: number,
): Promise<{ readonly sha256: string; readonly byteLength: number }> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new UnderstudyError("file-missing", `There is no file at ${path}.`);
  if (found.size > maxBytes) {
    throw new UnderstudyError("input-too-large", `The file has ${found.size} bytes; at most ${maxBytes} are accepted.`);
  }
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { sha256: hash.digest("hex"), byteLength: found.size };
}
