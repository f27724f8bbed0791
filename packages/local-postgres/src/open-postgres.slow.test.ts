import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, serverIdOf } from "#testing/ask.js";
import { clusterFolder, type TestFolder } from "#testing/cluster-folder.js";
import { lockOf, socketLockOf, stranger } from "#testing/stranger.js";
import { openPostgres } from "./open-postgres.js";
import { preparePlace } from "./place.js";
import { openPrivateServer } from "./private-server.js";

describe("a private server", () => {
  // Each test ends with the server stopped; the cluster serves all of them.
  let made: TestFolder;
  let folder: string;
  beforeAll(async () => {
    made = await clusterFolder();
    ({ folder } = made);
  });
  afterAll(async () => await made.remove());

  test("a second opener adopts the server; only the last to let go stops it, and data stays", async () => {
    const first = await openPostgres({ folder });
    const second = await openPostgres({ folder });
    await ask(first.connection, "create table kept as select 26 as n");
    await first.stop();
    expect(await ask(second.connection, "select n from kept")).toEqual([26]);
    await second.stop();
    expect(await serverIdOf(folder)).toBeUndefined();
    const third = await openPostgres({ folder });
    expect(await ask(third.connection, "select n from kept").finally(third.stop)).toEqual([26]);
    expect(await serverIdOf(folder)).toBeUndefined();
  });

  test("openers and leavers at the same moment end with a server for whoever is left", async () => {
    const opened = await Promise.all([openPostgres({ folder }), openPostgres({ folder }), openPostgres({ folder })]);
    const [late] = await Promise.all([openPostgres({ folder }), ...opened.map(({ stop }) => stop())]);
    expect(await ask(late.connection, "select 1")).toEqual([1]);
    await Promise.all([late.stop(), late.stop()]);
    expect(await serverIdOf(folder)).toBeUndefined();
  });

  test("a server that is killed is brought back, its committed data with it", async () => {
    const onNotice = vi.fn<(text: string) => void>();
    const { connection, stop } = await openPostgres({ folder, onNotice });
    await ask(connection, "create table survivor as select 26 as n");
    const killed = await serverIdOf(folder);
    process.kill(killed ?? 0, "SIGKILL");
    const answer = await vi.waitFor(() => ask(connection, "select n from survivor"), { timeout: 30_000, interval: 50 });
    const brought = await serverIdOf(folder);
    await stop();
    expect({ answer, isNew: brought !== killed, left: await serverIdOf(folder) }).toEqual({
      answer: [26],
      isNew: true,
      left: undefined,
    });
    expect(onNotice).toHaveBeenCalledWith("The private PostgreSQL went away; it is being brought back.");
  });

  test("who lets go while a server is being brought back leaves none running", async () => {
    for (let round = 0; round < 3; round++) {
      const { stop } = await openPostgres({ folder });
      const killed = (await serverIdOf(folder)) ?? 0;
      process.kill(killed, "SIGKILL");
      // The new server has begun, and nobody is connected to it yet.
      await vi.waitFor(async () => expect([undefined, killed]).not.toContain(await serverIdOf(folder)), {
        interval: 1,
      });
      await stop();
      expect(await serverIdOf(folder)).toBeUndefined();
    }
  });

  test("an aborted opening rejects with the reason and leaves nothing running", async () => {
    const controller = new AbortController();
    const opening = openPostgres({ folder, signal: controller.signal });
    await vi.waitFor(async () => expect(await serverIdOf(folder)).toBeDefined(), { interval: 1 });
    controller.abort(new Error("enough"));
    // Whether the opening or the abort was first is up to the machine; either way it must end clean.
    const outcome = await opening.then(
      ({ stop }) => stop().then(() => "opened"),
      (error: Error) => error.message,
    );
    expect(["opened", "enough"]).toContain(outcome);
    await vi.waitFor(async () => expect(await serverIdOf(folder)).toBeUndefined(), { timeout: 30_000 });
  });

  test.skipIf(process.platform === "win32")(
    "lock files whose process id now belongs to somebody else do not keep it from starting",
    async () => {
      const place = await preparePlace(folder);
      const id = await stranger(place);
      const text = `${id}\n${place.data}\n1700000000\n5432\n${place.socketFolder}\n\n`;
      await rm(place.log, { force: true });
      await writeFile(lockOf(place), text);
      await writeFile(socketLockOf(place), text);
      const { stop } = await openPostgres({ folder: folder });
      const log = await readFile(place.log, "utf8");
      await stop();
      expect(log).not.toContain("already exists");
    },
  );

  test("a server that cannot start is told with the end of its log, before long", async () => {
    const settings = { wal_level: "nonsense" };
    const opening = openPrivateServer({ folder: folder, database: "jobs", settings, startDeadlineMs: 400 });
    await expect(opening).rejects.toMatchObject({
      code: "did-not-start",
      hint: expect.stringMatching(/postgres\/log ends: .*wal_level/),
    });
  });
});

test.skipIf(process.platform === "win32")(
  "a process that dies in the middle leaves no server and no folder",
  async () => {
    const index = new URL("../dist/testing/index.js", import.meta.url).href;
    const code = `
    const { openTestPostgres } = await import(process.argv[1]);
    console.log((await openTestPostgres()).connection.host);
    process.kill(process.pid, "SIGKILL");`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", code, index]);
    const { stdout = "" } = await run.catch((error: { stdout?: string }) => error);
    const socketFolder = stdout.trim();
    expect(socketFolder).toContain("understudy-test-postgres");
    await vi.waitFor(() => expect(existsSync(socketFolder)).toBe(false), { timeout: 30_000 });
  },
);
