import { UnderstudyError, type ErrorCode } from "@understudy/render";
import { readSmallFile } from "./read-small-file.js";

/** Most bytes of a configuration, plan or consent record; the largest real one has a few thousand. */
const maxBytes = 1_000_000;

/**
 * Reads a small JSON file that a person wrote.
 * @param file `what` is how the reader knows it, such as `plan`; `invalid` is the code when it is no JSON or too large.
 * @throws UnderstudyError `file-missing`, `bad-usage`, and `invalid`.
 */
export async function readJsonFile(path: string, file: { what: string; invalid: ErrorCode }): Promise<unknown> {
  const { what, invalid } = file;
  const bytes = await readSmallFile(path, what, maxBytes);
  if (bytes === undefined) throw new UnderstudyError(invalid, `The ${what} ${path} has more than 1 MB.`);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Without its cause: the parser's message quotes the text, which may hold a secret.
    throw new UnderstudyError(invalid, `The ${what} ${path} is not JSON.`);
  }
}
