import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";

/**
 * Refuses an input that the command line alone shows to be wrong.
 * @param what how the reader knows the file, such as `video`.
 * @throws UnderstudyError `file-missing`, `bad-usage`.
 */
export async function assertInputFile(path: string, what: string): Promise<void> {
  const found = await stat(path).catch((thrown: NodeJS.ErrnoException) => thrown);
  if (found instanceof Error) {
    throw new UnderstudyError("file-missing", `The ${what} ${path} does not exist.`, { cause: found });
  }
  if (found.isDirectory()) throw new UnderstudyError("bad-usage", `The ${what} ${path} is a folder, not a file.`);
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The ${what} ${path} may not be read by this user.`, {
      hint: "Give yourself the right to read it, or choose another file.",
      cause,
    });
  });
}

/** Lower-case hex SHA-256 of a file. @throws UnderstudyError `input-too-large` before reading more than the limit. */
export async function hashFile(path: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  const { size } = await stat(path);
  if (size > maxBytes) {
    throw new UnderstudyError("input-too-large", `${path} has ${size} bytes; the limit is ${maxBytes}.`);
  }
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
