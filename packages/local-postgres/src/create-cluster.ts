import { randomBytes } from "node:crypto";
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCodeOf, LocalPostgresError } from "./error.js";
import { majorOf } from "./find-package.js";
import { lastLines } from "./log-file.js";
import type { Place } from "./place.js";
import type { Programs } from "./programs.js";
import { type Identity, runProgram } from "./run-program.js";

/** The superuser of a private cluster. */
export const superuser = "postgres";
/** In the data folder, so that it comes and goes with it. There for loopback TCP only. */
const keptPasswordFile = "understudy-password";

/**
 * Makes the data folder if there is none. initdb works in a folder of its own, and a rename publishes the result: a
 * killed initdb leaves nothing half made, and of two at once one wins. The data is on disk when this resolves.
 * @throws LocalPostgresError `did-not-start` when initdb fails, `wrong-version`, `folder-unusable`.
 */
export async function createCluster(place: Place, programs: Programs, signal?: AbortSignal): Promise<void> {
  if (!(await hasMatchingCluster(place, programs))) {
    const temporary = join(place.folder, `init-${randomBytes(6).toString("hex")}`);
    try {
      await mkdir(temporary, { mode: 0o700 });
      await initialize(temporary, place, programs, signal);
      await publish(join(temporary, "data"), place);
    } catch (thrown) {
      // Another process was first, and may have swept our folder away below us.
      if (signal?.aborted === true || !(await hasMatchingCluster(place, programs))) throw thrown;
    } finally {
      await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    }
  }
  await sweepLeftovers(place);
}

/** The superuser's password; undefined behind a socket, which needs none. */
export async function readPassword(place: Place): Promise<string | undefined> {
  return place.socketFolder === undefined ? await readFile(join(place.data, keptPasswordFile), "utf8") : undefined;
}

async function hasMatchingCluster({ data }: Place, { major }: Programs): Promise<boolean> {
  const text = await readFile(join(data, "PG_VERSION"), "utf8").catch((error: unknown) => {
    if (errorCodeOf(error) !== "ENOENT") throw error;
    return undefined;
  });
  if (text === undefined) return false;
  if (majorOf(text) === major) return true;
  throw new LocalPostgresError(
    "wrong-version",
    `The data in ${data} belongs to PostgreSQL ${text.trim().slice(0, 8)}; the programs here are version ${major}.`,
    `Install the version that made it and copy the data with pg_dump, or move ${data} away to start empty.`,
  );
}

async function initialize(temporary: string, place: Place, programs: Programs, signal?: AbortSignal): Promise<void> {
  const passwordFile = join(temporary, "password");
  const password = place.socketFolder === undefined ? randomBytes(32).toString("hex") : undefined;
  if (password !== undefined) await writeFile(passwordFile, password, { mode: 0o600, flag: "wx" });
  for (const path of password === undefined ? [temporary] : [passwordFile, temporary]) await give(path, place.identity);
  const data = join(temporary, "data");
  const authentication =
    password === undefined ? ["--auth", "trust"] : ["--auth", "scram-sha-256", "--pwfile", passwordFile];
  const { exitStatus, stderr } = await runProgram({
    file: programs.initdb,
    args: ["--pgdata", data, "--username", superuser, "--encoding", "UTF8", "--locale", "C", ...authentication],
    cwd: place.folder,
    env: programs.env,
    identity: place.identity,
    signal,
  });
  if (exitStatus !== 0) throw initFailed(stderr);
  if (password !== undefined) await writeFile(join(data, keptPasswordFile), password, { mode: 0o600 });
}

async function publish(from: string, { data, folder }: Place): Promise<void> {
  await rename(from, data);
  if (process.platform === "win32") return;
  // Without this a power cut could take the folder's name away after its files were written.
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** What a killed initdb left. Whoever is still at it lost the race and may fail. */
async function sweepLeftovers({ folder }: Place): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith("init-")) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function give(path: string, identity: Identity | undefined): Promise<void> {
  if (identity !== undefined) await chown(path, identity.uid, identity.gid);
}

function initFailed(stderr: string): LocalPostgresError {
  return new LocalPostgresError(
    "did-not-start",
    "PostgreSQL could not set up its data folder.",
    `initdb said: ${lastLines(stderr) || "nothing"}`,
  );
}
