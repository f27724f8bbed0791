import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { registerLeftover } from "./leftovers.js";
import { unwritable } from "./output-files.js";

/** Chooses the place of a work folder, so that it can be noted before it is there. */
export function chooseWorkFolder(folder: string): string {
  return join(folder, `.understudy-${randomBytes(6).toString("hex")}`);
}

/**
 * Lends `action` a hidden folder in `folder` and removes it whatever happens.
 * It lies beside the output and not in the system's temporary folder: intermediate files are as large as the video, /tmp
 * is often a small memory disk, and a full disk must show itself on the disk that the user chose.
 * @param workFolder a place in `folder` that `chooseWorkFolder()` chose.
 * @throws UnderstudyError `bad-usage` when the output folder takes no files, `disk-full`.
 */
export async function withWorkFolder<T>(
  folder: string,
  action: (workFolder: string) => Promise<T>,
  workFolder: string = chooseWorkFolder(folder),
): Promise<T> {
  await mkdir(workFolder, { mode: 0o700 }).catch((thrown: NodeJS.ErrnoException) => {
    const isFull = thrown.code === "ENOSPC" || thrown.code === "EDQUOT";
    throw isFull
      ? new UnderstudyError("disk-full", "The disk is full.", { cause: thrown })
      : unwritable(folder, thrown);
  });
  const removed = registerLeftover(() => rmSync(workFolder, { recursive: true, force: true }));
  try {
    return await action(workFolder);
  } finally {
    await rm(workFolder, { recursive: true, force: true, maxRetries: 3 });
    removed();
  }
}
