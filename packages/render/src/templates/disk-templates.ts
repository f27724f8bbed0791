import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { nameWriteError } from "#media/write-error.js";
import type { TemplateName, TemplateStore } from "./template-store.js";

/** 64 hex digits, and a name that is no path and not hidden. */
const nameForm = /^[\da-f]{64}\/[\da-z][\w.-]*$/;

/**
 * Keeps templates in a folder, which is made when it is missing, for its owner only: they hold the landmarks of the faces in the
 * video. Several processes may share it.
 */
export function createDiskTemplates(folder: string): TemplateStore {
  const placeOf = (name: TemplateName): string => {
    if (!nameForm.test(name)) throw new Error("a template's name is a hash and a file name");
    return join(folder, name);
  };
  return {
    async fetch(name, toPath, signal) {
      signal.throwIfAborted();
      const path = placeOf(name);
      const found = await stat(path).catch(() => undefined);
      if (!found?.isFile()) return false;
      return linkOrCopy(path, toPath).then(
        () => true,
        () => false,
      );
    },
    async keep(name, path, signal) {
      signal.throwIfAborted();
      const place = placeOf(name);
      const partial = join(dirname(place), `.${basename(place)}-${randomBytes(6).toString("hex")}`);
      try {
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        await linkOrCopy(path, partial);
        await rename(partial, place);
      } catch (thrown) {
        throw nameWriteError(place, thrown);
      } finally {
        // Two names of one file: a rename onto the other does nothing, and leaves both.
        await rm(partial, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** A second name of the same file where the disk allows it; a copy, at best of shared blocks, elsewhere. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE));
}
