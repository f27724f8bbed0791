import { createReadStream } from "node:fs";
import { UnderstudyError, type ErrorCode } from "@understudy/render";
import { assertInputFile } from "./input-files.js";

/** Most bytes of a configuration, plan or consent record; the largest real one has a few thousand. */
const maxBytes = 1_000_000;

/**
 * Reads a small JSON file that a person wrote.
 * @param file `what` is how the reader knows it, such as `plan`; `invalid` is the code when it is no JSON or too large.
 * @throws UnderstudyError `file-missing`, `bad-usage`, and `invalid`.
 */
export async function readJsonFile(path: string, file: { what: string; invalid: ErrorCode }): Promise<unknown> {
  const { what, invalid } = file;
  await assertInputFile(path, what);
  const chunks: Buffer[] = [];
  // One byte more than allowed is read, and no more: some regular files, as in /proc, do not tell their length.
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) throw new UnderstudyError(invalid, `The ${what} ${path} has more than 1 MB.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Without its cause: the parser's message quotes the text, which may hold a secret.
    throw new UnderstudyError(invalid, `The ${what} ${path} is not JSON.`);
  }
}
