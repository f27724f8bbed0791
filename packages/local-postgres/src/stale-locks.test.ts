import { mkdir, readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { emptyFolder } from "#testing/cluster-folder.js";
import { lockOf, socketLockOf, stranger } from "#testing/stranger.js";
import { preparePlace } from "./place.js";
import { clearStaleLocks } from "./stale-locks.js";

describe.skipIf(process.platform === "win32")("lock files of a dead server", () => {
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
