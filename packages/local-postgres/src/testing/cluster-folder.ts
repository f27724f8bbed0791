import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePlace } from "#place.js";
import { copyTemplate } from "./template.js";

/** A folder for one test, which root's server can reach. */
export interface TestFolder {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** An empty folder. */
export async function emptyFolder(): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), "local-postgres-"));
  await chmod(folder, 0o711);
  return { folder, remove: async () => await rm(folder, { recursive: true, force: true }) };
}

/** A folder that holds a new cluster already, which saves a test the 1.3 s of initdb. */
export async function clusterFolder(): Promise<TestFolder> {
  const made = await emptyFolder();
  await copyTemplate(await preparePlace(made.folder));
  return made;
}
