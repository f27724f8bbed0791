import { createReadStream } from "node:fs";
import { assertInputFile } from "./input-files.js";

/**
 * Reads a small file that a person named.
 * @param what how the reader knows it, such as `plan`.
 * @returns undefined when it has more than `maxBytes`.
 * @throws UnderstudyError `file-missing`, `bad-usage`.
 */
export async function readSmallFile(path: string, what: string, maxBytes: number): Promise<Buffer | undefined> {
  await assertInputFile(path, what);
  const chunks: Buffer[] = [];
  // One byte more than allowed is read, and no more: some regular files, as in /proc, do not tell their length.
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.length > maxBytes ? undefined : bytes;
}
