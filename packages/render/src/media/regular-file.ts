import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { UnderstudyError, type ErrorCode } from "#model/errors.js";

/** An opened regular file; its size is that of the moment of opening. */
export interface RegularFile {
  readonly file: FileHandle;
  readonly byteLength: number;
}

/**
 * Opens a regular file for reading. Folders, pipes and devices are refused by what was opened, so nothing can be put in
 * the file's place between a look and the reading, and a pipe cannot keep the caller waiting.
 * @param notAFile code for what exists but is not a regular file.
 * @throws UnderstudyError `file-missing`, `notAFile`.
 */
export async function openRegularFile(path: string, notAFile: ErrorCode): Promise<RegularFile> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    const isMissing = cause.code === "ENOENT" || cause.code === "ENOTDIR";
    const message = isMissing ? `There is no file ${path}.` : `The file ${path} cannot be opened (${cause.code}).`;
    throw new UnderstudyError("file-missing", message, { cause });
  });
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new UnderstudyError(notAFile, `${path} is not a file.`);
    return { file, byteLength: facts.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}
