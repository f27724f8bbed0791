import { execFile } from "node:child_process";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createCluster } from "#create-cluster.js";
import { findPackage } from "#find-package.js";
import { type Place, preparePlace } from "#place.js";
import { preparePrograms } from "#programs.js";
import { makeTrustedFolder } from "#trusted-folder.js";

/** The folder of all tests of this user and machine. */
export async function testFolder(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `understudy-test-postgres-${uid}`);
  // Root's server runs as another user, who must get through.
  await makeTrustedFolder(folder, { mode: 0o711, uid });
  return folder;
}

/** Fills a place with a new cluster: initdb, 1.3 s, runs once per machine and version; a copy takes 0.2 s. */
export async function copyTemplate(place: Place): Promise<void> {
  const found = findPackage();
  const template = await preparePlace(join(await testFolder(), `template-${found.version}`));
  await createCluster(template, await preparePrograms(found, template));
  if (process.platform === "win32") await cp(template.data, place.data, { recursive: true });
  // Keeps owners, and is quicker than `cp` of node:fs for 1,000 files.
  else await promisify(execFile)("/bin/cp", ["-Rp", template.data, place.data]);
}
