import { constants } from "node:fs";
import { chmod, copyFile, link, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashFile, UnderstudyError } from "@understudy/render";
import { dataFolderError, makePrivateFolder } from "#records/private-file.js";
import { lookAt, nothingThere } from "#records/look-at.js";
import { checkFolderPrefix, checkKey } from "./artifact-key.js";
import { artifactMissing } from "./artifact-missing.js";
import type { ArtifactStore } from "./artifact-store.js";

/**
 * Keeps artifacts as files of a folder that only this user may enter; all processes on this machine may use it at once. A file
 * that is put or fetched shares its bytes with the store (a hard link) where both lie on one disk: none of the two is ever
 * written to again, a new version is a new file that takes the name over. That is why both can only be read: whoever opens one
 * for writing is told, and does not change what is kept.
 */
export function createDiskArtifacts(folder: string): ArtifactStore {
  const pathOf = (key: string): string => join(folder, ...checkKey(key).split("/"));
  return {
    endpointUrl: pathToFileURL(folder).href,
    name: "artifacts",
    async put(key, { path, sha256, byteLength }, signal) {
      signal.throwIfAborted();
      const target = pathOf(key);
      await makePrivateFolder(dirname(target));
      await placeWhole(path, target, signal, (found) => {
        if (found.sha256 === sha256 && found.byteLength === byteLength) return;
        throw new UnderstudyError("upload-failed", "A file changed while it was to be kept.");
      });
    },
    async byteLength(key) {
      const found = await lookAt(pathOf(key));
      return found?.isFile() === true ? found.size : undefined;
    },
    async remove(key) {
      await rm(pathOf(key), { force: true, maxRetries: 3 }).catch(fail);
    },
    async fetch(key, path, expected, signal) {
      signal.throwIfAborted();
      const source = pathOf(key);
      if ((await lookAt(source))?.isFile() !== true) throw artifactMissing();
      await placeWhole(source, path, signal, (found) => {
        if ((expected.sha256 ?? found.sha256) === found.sha256) return;
        throw new UnderstudyError("download-failed", "A kept file is not what it was when it was kept.");
      });
    },
    async open(key, range) {
      const file = await openKept(pathOf(key));
      return file.createReadStream(range ?? {});
    },
    async removeAll(prefix) {
      const keys = await keysBelow(folder, checkFolderPrefix(prefix));
      await rm(join(folder, prefix), { recursive: true, force: true, maxRetries: 3 }).catch(fail);
      return keys.length;
    },
    list: (prefix) => keysBelow(folder, prefix),
    linkTo: async () => undefined,
  };
}

/** By their owner, and by nobody for writing. */
const keptMode = 0o400;

/** Puts the bytes of `source` at `target`, on the disk when it resolves, after `check` has had no objection. */
async function placeWhole(
  source: string,
  target: string,
  signal: AbortSignal,
  check: (found: { readonly sha256: string; readonly byteLength: number }) => void,
): Promise<void> {
  const partial = join(dirname(target), `.understudy-${randomBytes(6).toString("hex")}.partial`);
  try {
    await linkOrCopy(source, partial);
    check(await hashFile(partial, { maxBytes: Number.MAX_SAFE_INTEGER, signal }));
    await onDisk(partial);
    await rename(partial, target);
    // Else the name may be gone after a power cut, while the database remembers it. Windows opens no folders.
    await onDisk(dirname(target)).catch(() => undefined);
  } catch (thrown) {
    signal.throwIfAborted();
    fail(thrown);
  } finally {
    // Also after success: renaming a link onto another link of the same file does nothing.
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** A file of another user, or on another disk, is copied. A link is never linked, but what it leads to is copied. */
async function linkOrCopy(source: string, partial: string): Promise<void> {
  const isFile = (await lookAt(source))?.isFile() === true;
  const isLinked =
    isFile &&
    (await link(source, partial)
      .then(() => chmod(partial, keptMode))
      .then(
        () => true,
        () => false,
      ));
  if (isLinked) return;
  await rm(partial, { force: true });
  await copyFile(source, partial, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await chmod(partial, keptMode);
}

async function onDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  await file.sync().finally(() => file.close());
}

async function openKept(path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = (await lookAt(path))?.isFile() === true ? await open(path, flags).catch(nothingThere) : undefined;
  if (file === undefined) throw artifactMissing();
  return file;
}

async function keysBelow(folder: string, prefix: string): Promise<readonly string[]> {
  const above = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  if (above !== "") checkFolderPrefix(above);
  const entries = await readdir(join(folder, above), { recursive: true, withFileTypes: true }).catch(nothingThere);
  const root = join(folder, above).replace(/[/\\]$/, "").length + 1;
  return (entries ?? [])
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => above + join(entry.parentPath, entry.name).slice(root).replaceAll("\\", "/"))
    .filter((key) => key.startsWith(prefix))
    .sort();
}

function fail(thrown: unknown): never {
  throw dataFolderError(thrown);
}
