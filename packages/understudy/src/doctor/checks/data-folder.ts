import { randomBytes } from "node:crypto";
import { chmod, rm } from "node:fs/promises";
import { platform } from "node:process";
import { join } from "node:path";
import { anchorsFolderOf, readKeys } from "@understudy/render";
import { ok, trouble, type Finding } from "#doctor/finding.js";
import type { Check } from "#doctor/world.js";
import { openDataFolder } from "#records/data-folder.js";
import { lookAt, namesIn } from "#records/look-at.js";
import { makePrivateFolder, writePrivateFile } from "#records/private-file.js";

/** Whether the data folder takes files, which only this user may read. */
export const dataFolderCheck: Check = {
  id: "data-folder",
  part: "the data folder",
  async examine({ config: { dataFolder }, fix }) {
    await makePrivateFolder(dataFolder);
    const probe = join(dataFolder, `.understudy-doctor-${randomBytes(6).toString("hex")}`);
    await writePrivateFile(probe, "");
    await rm(probe);
    return [ok("data-folder", "The data folder takes files.", dataFolder), await rightsFinding(dataFolder, fix)];
  },
};

/** The keys that sign finished videos. */
export const keysCheck: Check = {
  id: "signing-keys",
  part: "the signing keys",
  async examine({ config, io }) {
    const credentials = await readKeys(openDataFolder(config.dataFolder).keysFolder, io.now());
    if (credentials === undefined) {
      return [ok("signing-keys", "There are no signing keys yet; the first render makes them.", "none")];
    }
    const { name, expiresAt } = credentials.signer;
    const days = Math.floor((Date.parse(expiresAt) - io.now().getTime()) / 86_400_000);
    const evidence = `${name}, valid until ${expiresAt.slice(0, 10)}`;
    if (days >= 30) return [ok("signing-keys", "The signing keys are usable.", evidence)];
    const remedy = "Make or import new ones: understudy keys init --force.";
    return [trouble("warning", "signing-keys", `The signing keys end in ${days} days.`, { evidence, remedy })];
  },
};

async function rightsFinding(dataFolder: string, fix: boolean): Promise<Finding> {
  const found = await exposed(dataFolder);
  if (found.length === 0) return ok("data-folder-rights", "Only this user may read it.", dataFolder);
  if (fix) {
    for (const { path, isFolder } of found) await chmod(path, isFolder ? 0o700 : 0o600);
    return ok("data-folder-rights", "Only this user may read it, from now on.", `put right: ${names(found)}`);
  }
  return trouble("error", "data-folder-rights", "Other users of this machine may read it.", {
    evidence: names(found),
    remedy: "Take their rights away: understudy doctor --fix.",
    fixable: true,
  });
}

interface Exposed {
  readonly path: string;
  readonly isFolder: boolean;
}

/** The folder itself guards all that lies in it; the keys are refused when their own rights are open. */
async function exposed(dataFolder: string): Promise<Exposed[]> {
  if (platform === "win32") return [];
  const { keysFolder } = openDataFolder(dataFolder);
  const keys = await namesIn(keysFolder);
  const paths = [dataFolder, keysFolder, anchorsFolderOf(keysFolder), ...keys.map((name) => join(keysFolder, name))];
  const found: Exposed[] = [];
  for (const path of new Set(paths)) {
    const facts = await lookAt(path);
    const isOpen = facts !== undefined && (facts.isFile() || facts.isDirectory()) && (facts.mode & 0o077) !== 0;
    if (isOpen) found.push({ path, isFolder: facts.isDirectory() });
  }
  return found;
}

function names(found: readonly Exposed[]): string {
  return found.map(({ path }) => path).join(", ");
}
