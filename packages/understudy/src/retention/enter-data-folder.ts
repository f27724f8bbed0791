import { openDataFolder, type DataFolder } from "#records/data-folder.js";
import { cleanAfterCrashes } from "./clean-after-crashes.js";

/**
 * Opens the data folder as commands do that only look: a face that a killed render left on the disk goes all the same. What
 * cannot be removed waits for a command that writes, which says why.
 */
export async function enterDataFolder(dataFolder: string, now: Date): Promise<DataFolder> {
  const data = openDataFolder(dataFolder);
  await cleanAfterCrashes({ records: data.renders, audit: data.audit, now }).catch(() => undefined);
  return data;
}
