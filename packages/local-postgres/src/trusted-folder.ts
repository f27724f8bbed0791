import { chmod, chown, lstat, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCodeOf, LocalPostgresError } from "./error.js";

/** The wish for a folder that nobody else may have made. */
export interface FolderWish {
  readonly mode: number;
  readonly uid: number;
  readonly gid?: number;
}

/**
 * Makes a folder, or accepts one of the same owner that nobody else can write to; never follows a planted link.
 * @throws LocalPostgresError `folder-unusable` when something else lies there.
 */
export async function makeTrustedFolder(path: string, { mode, uid, gid }: FolderWish): Promise<void> {
  await mkdir(path, { mode }).catch((error: unknown) => {
    if (errorCodeOf(error) !== "EEXIST") throw error;
  });
  if (process.platform === "win32") return;
  const found = await lstat(path);
  const isOurs = found.uid === process.getuid?.();
  if (!found.isDirectory() || (!isOurs && found.uid !== uid) || (found.mode & 0o022) !== 0)
    throw madeBySomebodyElse(path);
  if (!isOurs) return;
  // New, left half made by a killed maker, or restored from a backup with other rights.
  if (gid !== undefined) await chown(path, uid, gid);
  await chmod(path, mode);
}

/** Whether every user can walk to `path`, a path without links. Access lists are not asked: a wrong no costs a copy only. */
export async function canEveryoneReach(path: string): Promise<boolean> {
  return await everyFolder(path, ({ mode }) => (mode & 0o001) !== 0);
}

/** Whether only root can swap what lies on the way to `path`, a path without links. Sticky folders such as /tmp count. */
export async function isGuardedByRoot(path: string): Promise<boolean> {
  return await everyFolder(path, ({ uid, mode }) => uid === 0 && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0));
}

async function everyFolder(path: string, test: (facts: { uid: number; mode: number }) => boolean): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!test(await stat(folder))) return false;
    if (folder === dirname(folder)) return true;
  }
}

function madeBySomebodyElse(path: string): LocalPostgresError {
  return new LocalPostgresError(
    "folder-unusable",
    `${path} belongs to somebody else, or others may write to it.`,
    "Look at what it is; remove it or correct its owner and mode, then start again.",
  );
}
