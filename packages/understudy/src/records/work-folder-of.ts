import { rm } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { lookAt } from "./look-at.js";
import type { RenderRecord } from "./render-records.js";

/**
 * Where the intermediate files of a render lie, if any are left. A record is a file that somebody may have edited: only a
 * folder of our kind of name, directly in the render's output folder, is ours; a link is not.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told.
 */
export async function workFolderOf({ workFolder, outputFolder }: RenderRecord): Promise<string | undefined> {
  const isOurs =
    resolve(workFolder) === workFolder &&
    dirname(workFolder) === resolve(outputFolder) &&
    /^\.understudy-[0-9a-f]{12}$/.test(basename(workFolder));
  if (!isOurs) return undefined;
  const found = await lookAt(workFolder);
  return found?.isDirectory() ? workFolder : undefined;
}

/** Removes them; links inside are removed, not followed. @returns whether nothing of them is left. */
export async function removeWorkFolder(record: RenderRecord): Promise<boolean> {
  try {
    const folder = await workFolderOf(record);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return true;
  } catch {
    return false;
  }
}
