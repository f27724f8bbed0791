import { lstat, rm } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { RenderRecord } from "./render-records.js";

/**
 * Where the intermediate files of a render lie, if any are left. A record is a file that somebody may have edited: only a
 * folder of our kind of name, directly in the render's output folder, is ours; a link is not.
 */
export async function workFolderOf({ workFolder, outputFolder }: RenderRecord): Promise<string | undefined> {
  const isOurs =
    resolve(workFolder) === workFolder &&
    dirname(workFolder) === resolve(outputFolder) &&
    /^\.understudy-[0-9a-f]{12}$/.test(basename(workFolder));
  if (!isOurs) return undefined;
  const found = await lstat(workFolder).catch(() => undefined);
  return found?.isDirectory() ? workFolder : undefined;
}

/** Removes them; links inside are removed, not followed. @returns whether nothing of them is left. */
export async function removeWorkFolder(record: RenderRecord): Promise<boolean> {
  const folder = await workFolderOf(record);
  if (folder === undefined) return true;
  return rm(folder, { recursive: true, force: true, maxRetries: 3 }).then(
    () => true,
    () => false,
  );
}
