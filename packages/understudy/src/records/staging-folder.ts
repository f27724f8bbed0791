import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withWorkFolder } from "#paths/index.js";
import { identifyProcess, mayBeAlive, readOwner } from "./process-identity.js";

const ownerName = "owner.json";

/**
 * Lends `action` a hidden folder in a part of the data folder, for what is not kept yet, and removes it whatever happens. It
 * names its owner, so that the next command can remove what a killed one left.
 */
export function withStagingFolder<T>(folder: string, action: (stagingFolder: string) => Promise<T>): Promise<T> {
  return withWorkFolder(folder, async (stagingFolder) => {
    await writeFile(join(stagingFolder, ownerName), JSON.stringify(identifyProcess()), { mode: 0o600 });
    return action(stagingFolder);
  });
}

/** Whether the owner of such a folder is dead; undefined when it names none. */
export async function isAbandoned(stagingFolder: string): Promise<boolean | undefined> {
  const owner = await readOwner(join(stagingFolder, ownerName));
  return owner === undefined ? undefined : !mayBeAlive(owner);
}
