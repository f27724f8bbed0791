import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { registerLeftover, removeHalfOutputs } from "./leftovers.js";
import { unwritable, type OutputFiles } from "./output-files.js";

/**
 * Lends `action` a hidden folder and removes it whatever happens.
 * It lies beside the output and not in the system's temporary folder: intermediate files are as large as the video, /tmp
 * is often a small memory disk, and a full disk must show itself on the disk that the user chose.
 * @throws UnderstudyError `bad-usage` when the output folder takes no files, `disk-full`.
 */
export async function withWorkFolder<T>(outputs: OutputFiles, action: (workFolder: string) => Promise<T>): Promise<T> {
  const workFolder = await mkdtemp(join(outputs.folder, ".understudy-")).catch((thrown: NodeJS.ErrnoException) => {
    const isFull = thrown.code === "ENOSPC" || thrown.code === "EDQUOT";
    throw isFull
      ? new UnderstudyError("disk-full", "The disk is full.", { cause: thrown })
      : unwritable(outputs.folder, thrown);
  });
  const removed = registerLeftover(() => removeHalfOutputs(workFolder, outputs));
  try {
    return await action(workFolder);
  } finally {
    await rm(workFolder, { recursive: true, force: true, maxRetries: 3 });
    removed();
  }
}
