import { rm, rmdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Config } from "#config/index.js";
import { makePrivateFolder } from "#records/private-file.js";
import { namesIn } from "#records/look-at.js";
import { addressBelow, newSecret, outputsIn, safeName, secretPattern } from "./name-result.js";
import { resultFolder } from "./result-files.js";
import type { ResultStore } from "./result-store.js";

/**
 * Keeps results in a folder of this machine, one folder a result. `storage.publicUrl` says under which address others reach
 * it; without it the address is a file's, of use on this machine only.
 */
export function createDiskResults(config: Pick<Config, "storage" | "dataFolder">): ResultStore {
  const root = resultFolder(config);
  const { publicUrl } = config.storage;
  return {
    isLocal: publicUrl === "",
    async prepare({ name }) {
      const folder = join(root, newSecret());
      await makePrivateFolder(folder);
      return { outputs: outputsIn(folder, safeName(name)), objects: [] };
    },
    async publish({ outputs }, signal) {
      signal.throwIfAborted();
      if (publicUrl === "") return pathToFileURL(outputs.video).href;
      return addressBelow(publicUrl, `${basename(outputs.folder)}/${basename(outputs.video)}`);
    },
    async discard({ outputs }) {
      await rm(outputs.folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** A folder is empty for a moment before its render begins; one that has been for an hour was left by a killed process. */
const abandonedMs = 3_600_000;

/** Removes the empty folders that erased, expired and killed results left. */
export async function removeEmptyResults(config: Pick<Config, "storage" | "dataFolder">, now: Date): Promise<void> {
  const root = resultFolder(config);
  for (const name of await namesIn(root)) {
    const folder = join(root, name);
    const found = secretPattern.test(name) ? await stat(folder).catch(() => undefined) : undefined;
    if (found === undefined || now.getTime() - found.mtimeMs < abandonedMs) continue;
    // Fails for a folder with something in it, which is why nothing else asks.
    await rmdir(folder).catch(() => undefined);
  }
}
