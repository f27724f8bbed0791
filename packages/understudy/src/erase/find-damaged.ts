import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataFolder } from "#records/data-folder.js";
import { namesIn, nothingThere } from "#records/look-at.js";

/**
 * Consent and render records that are damaged and may be about a person: they name them, or nobody can tell whom they name.
 * Which files such a record leads to is not known, so somebody has to look at it.
 * @returns their paths.
 */
export async function findDamaged(data: DataFolder, subjectId: string): Promise<string[]> {
  const { consentsFolder, rendersFolder, consents, renders } = data;
  const places = [
    { folder: consentsFolder, get: consents.get },
    { folder: join(rendersFolder, "open"), get: renders.get },
    { folder: rendersFolder, get: renders.get },
  ];
  const damaged: string[] = [];
  for (const { folder, get } of places) {
    for (const name of await namesIn(folder)) {
      const id = /^((consent|render)_[0-9a-f]{16})\.json$/.exec(name)?.[1];
      const isWhole =
        id === undefined ||
        (await get(id).then(
          () => true,
          () => false,
        ));
      const path = join(folder, name);
      if (!isWhole && (await mayName(path, subjectId))) damaged.push(path);
    }
  }
  return damaged;
}

async function mayName(path: string, subjectId: string): Promise<boolean> {
  const text = (await readFile(path, "utf8").catch(nothingThere)) ?? "";
  const named = text.match(/subject_[0-9a-f]{16}/g);
  return named === null || named.includes(subjectId);
}
