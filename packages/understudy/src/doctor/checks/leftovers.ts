import { rm } from "node:fs/promises";
import { join } from "node:path";
import { ok, trouble } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";
import { openDataFolder, type DataFolder } from "#records/data-folder.js";
import { namesIn } from "#records/look-at.js";
import { isDead } from "#records/sign-of-life.js";
import { isAbandoned } from "#records/staging-folder.js";
import { cleanAfterCrashes } from "#retention/index.js";

/** What killed processes left: faces in work folders, which nobody else erases. */
export const leftoversCheck: Check = {
  id: "leftovers",
  part: "what killed renders left",
  async examine({ config, io, fix }) {
    const data = openDataFolder(config.dataFolder);
    const found = await findLeftovers(data, io.now());
    const evidence = `${found.renders} renders, ${found.folders.length} work folders`;
    if (found.renders + found.folders.length === 0) {
      return [ok("leftovers", "Nothing lies about that a killed render left.", "none")];
    }
    if (fix) {
      await cleanAfterCrashes({ records: data.renders, audit: data.audit, now: io.now() });
      for (const folder of found.folders) await rm(folder, { recursive: true, force: true });
      const left = await findLeftovers(data, io.now());
      if (left.renders + left.folders.length === 0)
        return [ok("leftovers", "What killed renders left is gone.", evidence)];
    }
    return [
      trouble("warning", "leftovers", "Killed renders left files, with faces in them.", {
        evidence,
        remedy: "Remove them: understudy doctor --fix.",
        fixable: true,
      }),
    ];
  },
};

async function findLeftovers(
  { folder, renders }: DataFolder,
  now: Date,
): Promise<{ readonly renders: number; readonly folders: readonly string[] }> {
  const started = await renders.listStarted();
  const dead = await Promise.all(started.map((record) => isDead(record, now)));
  // The service's runners work here.
  const work = join(folder, "work");
  const folders: string[] = [];
  for (const name of await namesIn(work)) {
    const path = join(work, name);
    if ((await isAbandoned(path)) === true) folders.push(path);
  }
  return { renders: dead.filter(Boolean).length, folders };
}
