import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDiskFull, UnderstudyError } from "@understudy/render";
import { registerLeftover } from "#paths/index.js";

/** Makes a folder (and the ones above it) that only this user may enter; one that is there stays as it is. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
    throw dataFolderError(thrown);
  });
}

/**
 * Writes a small file that only this user may read: whole or not at all, and on the disk when it resolves. A file that is
 * there is replaced, and a link is replaced, not followed. Its folder is made when it is missing.
 * @throws UnderstudyError what `dataFolderError()` says.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await makePrivateFolder(dirname(path));
  const partial = join(dirname(path), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  const removed = registerLeftover(() => rmSync(partial, { force: true }));
  try {
    const file = await open(partial, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw dataFolderError(thrown);
  } finally {
    removed();
  }
}

/**
 * What went wrong in the data folder, in our words: `disk-full`, `bad-config` when it takes no files, else
 * `data-folder-unreadable`. What is ours already passes.
 */
export function dataFolderError(thrown: unknown): UnderstudyError {
  if (thrown instanceof UnderstudyError) return thrown;
  if (isDiskFull(thrown)) {
    return new UnderstudyError("disk-full", "The disk of the data folder is full.", { cause: thrown });
  }
  const code = (thrown as NodeJS.ErrnoException)?.code ?? "unknown";
  if (!takesNoFiles.has(code)) {
    return new UnderstudyError("data-folder-unreadable", `The data folder cannot be used (${code}).`, {
      cause: thrown,
    });
  }
  return new UnderstudyError("bad-config", `The data folder cannot be written to (${code}).`, {
    hint: "Set dataFolder in the configuration to a folder that you may write to.",
    cause: thrown,
  });
}

/** May not write there, or what is there is no folder. */
const takesNoFiles: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "EEXIST", "ENOTDIR"]);
