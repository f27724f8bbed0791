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
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : "a device or pipe";
    throw new UnderstudyError("bad-usage", `The ${what} ${path} is ${kind}, not a file.`, {
      hint: "Give the path of a regular file.",
    });
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new UnderstudyError("bad-usage", `The ${what} ${path} may not be read by this user.`, {
      hint: "Give yourself the right to read it, or choose another file.",
      cause,
    });
  });
}
