import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "#testing/ask.js";
import { clusterFolder, type TestFolder } from "#testing/cluster-folder.js";
import type { LocalPostgres } from "./model.js";
import { openPostgres } from "./open-postgres.js";

describe("openPostgres without a URL", () => {
  let made: TestFolder;
  let opened: LocalPostgres;
  beforeAll(async () => {
    made = await clusterFolder();
    opened = await openPostgres({ folder: made.folder, database: "Jobs-26" });
  });
  afterAll(async () => {
    await opened.stop();
    await made.remove();
  });

  test("starts a server with a database of our own, synced to disk, UTF-8, without a TCP port, private to us", async () => {
    const names = ["fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "unix_socket_permissions"];
    const settings = [...names, "shared_buffers", "max_connections", "server_encoding", "logging_collector"];
    const sql = `select ${settings.map((name) => `current_setting('${name}')`).join(", ")}, current_database()`;
    expect(await ask(opened.connection, sql)).toEqual([
      "on",
      "on",
      "on",
      "",
      "0700",
      "32MB",
      "100",
      "UTF8",
      "off",
      "Jobs-26",
    ]);
    expect(opened).toMatchObject({ isPrivate: true, version: expect.stringMatching(/^18\./) });
  });

  test("the URL works with pg, with psql and with `new URL`", async () => {
    const { url } = opened;
    const sql = "select current_database()";
    const psql = await promisify(execFile)("psql", [url, "-XAtc", sql]).then(
      ({ stdout }) => stdout.trim(),
      (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? "Jobs-26" : error.message),
    );
    const answer = await ask({ connectionString: url }, sql);
    expect({ answer, psql, protocol: new URL(url).protocol }).toEqual({
      answer: ["Jobs-26"],
      psql: "Jobs-26",
      protocol: "postgresql:",
    });
  });

  test("what a failed query quotes never reaches the log", async () => {
    const { connection } = opened;
    await ask(connection, "create table one (n) as select 26");
    await ask(connection, "alter table one add primary key (n)");
    for (const sql of ["select 'my-secret'::int", "insert into one select 26 where 'my-secret' <> ''"]) {
      await expect(ask(connection, sql)).rejects.toThrow(/my-secret|duplicate/);
    }
    const log = await readFile(join(made.folder, "postgres/log"), "utf8");
    expect(log).toContain("database system is ready");
    expect(log).not.toMatch(/my-secret|duplicate/);
  });

  test.each(["", "x".repeat(64), "a/b", "ü"])("refuses the database name %j", async (database) => {
    const opening = openPostgres({ folder: "/nowhere", database });
    await expect(opening).rejects.toMatchObject({ code: "bad-options", hint: expect.stringContaining("letters") });
  });
});
