import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, copyFile, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { LocalPostgresError } from "./error.js";
import type { BinaryPackage } from "./find-package.js";
import { linkLibraries } from "./link-libraries.js";
import type { Place } from "./place.js";

import { makeTrustedFolder } from "./trusted-folder.js";

/**
 * Copies the programs (60 MB; free where the disk can clone) once per version, readable by all and writable by us, with
 * the library links in place. For root beside the clusters, so that all of them share one copy.
 * @throws LocalPostgresError `folder-unusable`.
 */
export async function copyPrograms({ native, version }: BinaryPackage, place: Place): Promise<string> {
  const isForRoot = place.identity !== undefined;
  const parent = isForRoot ? place.rootFolder : place.folder;
  if (/["$\\`]/.test(parent)) throw oddName(parent);
  if (isForRoot) await makeTrustedFolder(parent, { mode: 0o755, uid: 0 });
  const copy = join(parent, `programs-${version}`);
  if (await isThere(copy)) return copy;
  const temporary = `${copy}.${randomBytes(6).toString("hex")}`;
  try {
    await copyFolder(native, temporary);
    await linkLibraries(native, "", join(temporary, "lib"));
    // Another process may have been first: its copy is as good.
    await rename(temporary, copy).catch(async (error: unknown) => {
      if (!(await isThere(copy))) throw error;
    });
    return copy;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The owner's rights become everyone's, minus writing: an installation with a strict umask is readable by us alone. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    if (entry.isFile()) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, ((await stat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
  await chmod(to, 0o755);
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function oddName(folder: string): LocalPostgresError {
  return new LocalPostgresError(
    "folder-unusable",
    `${folder} has a character that initdb would hand to a shell.`,
    'Choose a folder without any of " $ \\ ` in its name.',
  );
}
