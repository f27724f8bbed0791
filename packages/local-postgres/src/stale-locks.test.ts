import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { clusterFolder, emptyFolder, type TestFolder } from "#testing/cluster-folder.js";
import { openPostgres } from "./open-postgres.js";
import { type Place, preparePlace } from "./place.js";
import { clearStaleLocks } from "./stale-locks.js";

/** A stranger that got the process id of a dead server: same user, so PostgreSQL takes it for the server. */
async function stranger(place: Place, argument = ""): Promise<number> {
  const child = spawn("/bin/sh", ["-c", "echo; read -r _", argument], { cwd: "/", ...place.identity, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

const lockOf = (place: Place): string => join(place.data, "postmaster.pid");
const socketLockOf = (place: Place): string => join(place.socketFolder ?? "", ".s.PGSQL.5432.lock");

describe.skipIf(process.platform === "win32")("lock files of a dead server", () => {
  let made: TestFolder;
  beforeAll(async () => (made = await clusterFolder()));
  afterAll(async () => await made.remove());

  test("whose process id now belongs to somebody else do not keep the server from starting", async () => {
    const place = await preparePlace(made.folder);
    const id = await stranger(place);
    const text = `${id}\n${place.data}\n1700000000\n5432\n${place.socketFolder}\n\n`;
    await writeFile(lockOf(place), text);
    await writeFile(socketLockOf(place), text);
    const { stop } = await openPostgres({ folder: made.folder });
    const log = await readFile(place.log, "utf8");
    await stop();
    expect(log).not.toContain("already exists");
  });

  test("stay while a process that was started with this data folder has the id", async () => {
    const { folder, remove } = await emptyFolder();
    const place = await preparePlace(folder);
    await mkdir(place.data);
    await writeFile(lockOf(place), String(await stranger(place, place.data)));
    await clearStaleLocks(place);
    const kept = await readFile(lockOf(place), "utf8").finally(remove);
    expect(kept).not.toBe("");
  });

  test("that are empty or nonsense are left to PostgreSQL", async () => {
    const { folder, remove } = await emptyFolder();
    const place = await preparePlace(folder);
    await mkdir(place.data);
    await writeFile(lockOf(place), "");
    await writeFile(socketLockOf(place), "-1\n");
    await clearStaleLocks(place);
    const kept = await Promise.all([lockOf(place), socketLockOf(place)].map((path) => readFile(path, "utf8")));
    await remove();
    expect(kept).toEqual(["", "-1\n"]);
  });
});
