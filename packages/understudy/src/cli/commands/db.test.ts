import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { Client } from "pg";
import { expect, onTestFinished, test } from "vitest";
import type { CliIo } from "#cli/io.js";
import { reportFailure } from "#cli/report-failure.js";
import { openTestDatabase, shareTestDatabase } from "#postgres/testing/test-database.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { addDbCommand } from "./db.js";

const sourceOf = shareTestDatabase();

/** A folder, and the command in it on a database. */
async function newDesk() {
  const folder = await mkdtemp(join(tmpdir(), "understudy-db-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const run = async (databaseUrl: string, ...argv: string[]) => {
    const written = { stdout: "", stderr: "" };
    const io: CliIo = {
      stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
      stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
      isInputTerminal: false,
      env: { NO_COLOR: "1", DATABASE_URL: databaseUrl, UNDERSTUDY_DATA_FOLDER: join(folder, "data") },
      cwd: folder,
      signal: new AbortController().signal,
      now: () => new Date("2026-01-01T00:00:00.000Z"),
      ask: () => Promise.reject(new Error("nobody is there")),
    };
    const isJson = argv.includes("--json");
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    addDbCommand(program, { io, wiring: createFakeWiring(), isJson, argv });
    const status = await program.parseAsync(["db", ...argv], { from: "user" }).then(
      () => 0,
      (thrown: unknown) => reportFailure(thrown, io, isJson),
    );
    const lines = isJson ? written.stdout.trimEnd().split("\n") : [];
    return { ...written, status, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };
  return { folder, run };
}

test("what db export wrote, db import puts into another database, and both say how much it was", async () => {
  const { folder, run } = await newDesk();
  const source = sourceOf();
  await source.pool.query("insert into understudy.secret values ('key', '')");
  const exported = await run(source.url, "export", "all");
  expect([exported.status, exported.stderr]).toEqual([0, expect.stringMatching(/^export: 1 rows\n/)]);
  expect(exported.stdout).toMatch(/^1 rows of \d+ tables exported: .+all\n$/);
  const target = await openTestDatabase();
  const imported = await run(target.url, "import", "all", "--json");
  expect(imported.status).toBe(0);
  expect(imported.events.map(({ event, stage }) => [event, stage])).toEqual([
    ["progress", "check"],
    ["progress", "check"],
    ["progress", "import"],
    ["progress", "import"],
    ["imported", undefined],
  ]);
  expect(imported.events.at(-1)).toMatchObject({ file: join(folder, "all"), rows: 1 });
  expect((await target.pool.query("select name from understudy.secret")).rows).toEqual([{ name: "key" }]);
  const again = await run(target.url, "import", "all", "--json");
  expect([again.status, again.events.at(-1)]).toEqual([2, expect.objectContaining({ code: "output-exists" })]);
  expect(await run(target.url, "import", "all", "--force")).toMatchObject({ status: 0 });
});

test("db export says when a service goes on with the database", async () => {
  const { run } = await newDesk();
  const service = new Client({ ...sourceOf().connection, application_name: "understudy" });
  await service.connect();
  onTestFinished(() => service.end());
  expect((await run(sourceOf().url, "export", "a")).stderr).toContain("A service uses this database");
  const { events } = await run(sourceOf().url, "export", "b", "--json");
  expect(events.at(-1)).toMatchObject({ event: "exported", isInUse: true });
});

test.each([
  [["export", "none/all"], "output-folder-missing"],
  [["export", "there"], "output-exists"],
  [["import", "none"], "file-missing"],
  [["import", "there"], "content-altered"],
])("db %s is refused with %s", async (words, code) => {
  const { folder, run } = await newDesk();
  await writeFile(join(folder, "there"), "something\n");
  const { events } = await run(sourceOf().url, ...words, "--json");
  expect(events.at(-1)).toMatchObject({ event: "error", code });
  expect((await readdir(folder)).filter((name) => name !== "data")).toEqual(["there"]);
});
