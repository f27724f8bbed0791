import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, serverIdOf } from "#testing/ask.js";
import { clusterFolder, type TestFolder } from "#testing/cluster-folder.js";
import { openPostgres } from "./open-postgres.js";

describe("openPostgres without a URL", () => {
  // Each test ends with the server stopped; the cluster serves all of them.
  let made: TestFolder;
  let folder: string;
  beforeAll(async () => {
    made = await clusterFolder();
    ({ folder } = made);
  });
  afterAll(async () => await made.remove());

  test("starts a server with a database of our own, synced to disk, UTF-8, without a TCP port, private to us", async () => {
    const opened = await openPostgres({ folder });
    const names = ["fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "unix_socket_permissions"];
    const settings = [...names, "shared_buffers", "max_connections", "server_encoding", "logging_collector"];
    const sql = `select ${settings.map((name) => `current_setting('${name}')`).join(", ")}, current_database()`;
    expect(await ask(opened.connection, sql).finally(opened.stop)).toEqual([
      "on",
      "on",
      "on",
      "",
      "0700",
      "32MB",
      "100",
      "UTF8",
      "off",
      "understudy",
    ]);
    expect(opened).toMatchObject({ isPrivate: true, version: expect.stringMatching(/^18\./) });
  });

  test("the URL works with pg, with psql and with `new URL`", async () => {
    const { url, stop } = await openPostgres({ folder, database: "Jobs-26" });
    const sql = "select current_database()";
    const psql = await promisify(execFile)("psql", [url, "-XAtc", sql]).then(
      ({ stdout }) => stdout.trim(),
      (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? "Jobs-26" : error.message),
    );
    const answer = await ask({ connectionString: url }, sql).finally(stop);
    expect({ answer, psql, protocol: new URL(url).protocol }).toEqual({
      answer: ["Jobs-26"],
      psql: "Jobs-26",
      protocol: "postgresql:",
    });
  });

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

  test("what a failed query quotes never reaches the log", async () => {
    const { connection, stop } = await openPostgres({ folder });
    await ask(connection, "create table one (n) as select 26");
    await ask(connection, "alter table one add primary key (n)");
    for (const sql of ["select 'my-secret'::int", "insert into one select 26 where 'my-secret' <> ''"]) {
      await expect(ask(connection, sql)).rejects.toThrow(/my-secret|duplicate/);
    }
    await stop();
    const log = await readFile(join(folder, "postgres/log"), "utf8");
    expect(log).toContain("database system is ready");
    expect(log).not.toMatch(/my-secret|duplicate/);
  });

  test.each(["", "x".repeat(64), "a/b", "ü"])("refuses the database name %j", async (database) => {
    const opening = openPostgres({ folder: "/nowhere", database });
    await expect(opening).rejects.toMatchObject({ code: "bad-options", hint: expect.stringContaining("letters") });
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
});
