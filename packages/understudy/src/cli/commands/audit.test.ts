import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createFileAuditLog } from "#audit/index.js";
import { createPostgresAuditLog } from "#audit/postgres-audit-log.js";
import { sampleEvent } from "#audit/testing/describe-audit-log.js";
import type { CliIo } from "#cli/io.js";
import { reportFailure } from "#cli/report-failure.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createFileRenderRecords } from "#records/index.js";
import { sampleRecord } from "#records/testing/sample-record.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createFakeWorld } from "#testing/fake-world.js";
import { addAuditCommand } from "./audit.js";

async function worldWithLog() {
  const world = await createFakeWorld();
  const path = join(world.folder, "data", "audit.jsonl");
  const log = createFileAuditLog(path);
  for (const number of [1, 2, 3]) await log.append(sampleEvent(number), new Date("2026-01-01T00:00:00.000Z"));
  return { world, path, log };
}

it("calls an untouched log whole and prints its last hash", async () => {
  const { world, log } = await worldWithLog();
  expect(await world.run("audit", "verify")).toBe(0);
  const lines = await log.list();
  expect(world.stdout()).toBe(`✓ the audit log is whole: 3 lines\n  last ${lines.at(-1)?.sha256}\n`);
});

it("says that there is no log yet", async () => {
  const world = await createFakeWorld();
  expect(await world.run("audit", "verify")).toBe(0);
  expect(world.stdout()).toBe(`There is no audit log in ${join(world.folder, "data")} yet.\n`);
  expect(world.stderr()).toBe("");
  expect(await world.run("audit", "verify", "--json")).toBe(0);
  expect(world.lastJsonLine()).toEqual({ whole: true, lines: 0, lastSha256: "0".repeat(64), warnings: [] });
});

it("warns when there is none though there are keys or renders", async () => {
  const world = await createFakeWorld();
  await createFileRenderRecords(join(world.folder, "data", "renders")).start(sampleRecord());
  expect(await world.run("audit", "verify")).toBe(0);
  expect(world.stderr()).toContain("There are renders or keys, but no audit log");
  expect(await world.run("audit", "verify", "--json")).toBe(0);
  expect(world.lastJsonLine()).toMatchObject({ warnings: [expect.stringContaining("no audit log")] });
});

it.each([[[]], [["--json"]]])("names the first broken line, with %j", async (flags) => {
  const { world, path } = await worldWithLog();
  await writeFile(path, (await readFile(path, "utf8")).replace("render_0000000000000002", "render_0000000000000009"));
  expect(await world.run("audit", "verify", ...flags)).toBe(1);
  const told = world.stdout() + world.stderr();
  expect(told).toContain("audit-broken");
  expect(told).toContain("Line 2 of the audit log was changed after it was written.");
});

it("lists what was done", async () => {
  const { world } = await worldWithLog();
  expect(await world.run("audit", "list", "--limit", "1")).toBe(0);
  expect(world.stdout()).toBe("    3  2026-01-01T00:00:00.000Z  render-interrupted  render_0000000000000003\n");
  expect(await world.run("audit", "list", "--limit", "none")).toBe(2);
});

it("shortens hashes, and lists what it can of a broken log", async () => {
  const { world, path, log } = await worldWithLog();
  const event = { kind: "render-finished", renderId: "render_0000000000000004", videoSha256: "a".repeat(64) } as const;
  await log.append(event, new Date("2026-01-01T00:00:00.000Z"));
  await writeFile(path, (await readFile(path, "utf8")).replace("render_0000000000000002", "render_0000000000000009"));
  expect(await world.run("audit", "list")).toBe(0);
  expect(world.stdout()).toContain("render-finished     render_0000000000000004, video aaaaaaaaaaaa\n");
  expect(world.stderr()).toBe(
    "! Line 2 of the audit log was changed after it was written. See understudy audit verify.\n",
  );
});

describe("with --service", () => {
  const database = shareTestDatabase();

  /** The command alone, on the test's database. */
  async function run(...argv: string[]) {
    const { folder } = await createFakeWorld();
    const written = { stdout: "", stderr: "" };
    const io: CliIo = {
      stdout: { isTerminal: false, write: (text) => void (written.stdout += text) },
      stderr: { isTerminal: false, write: (text) => void (written.stderr += text) },
      isInputTerminal: false,
      env: { NO_COLOR: "1", UNDERSTUDY_DATA_FOLDER: join(folder, "data") },
      cwd: folder,
      signal: new AbortController().signal,
      now: () => new Date("2026-01-01T00:00:00.000Z"),
      ask: () => Promise.reject(new Error("nobody is there")),
    };
    const context = { io, wiring: createFakeWiring(), isJson: argv.includes("--json"), argv };
    const program = new Command().exitOverride();
    addAuditCommand(program, context, async () => ({ ...database(), close: async () => undefined }));
    const status = await program.parseAsync(["audit", ...argv, "--service"], { from: "user" }).then(
      () => 0,
      (thrown: unknown) => reportFailure(thrown, io, context.isJson),
    );
    return { ...written, status };
  }

  it("reads the log of the database, and finds a line that was changed there", async () => {
    expect((await run("verify")).stdout).toBe("There is no audit log in the database yet.\n");
    const log = createPostgresAuditLog(database().pool);
    for (const number of [1, 2]) await log.append(sampleEvent(number), new Date("2026-01-01T00:00:00.000Z"));
    expect(await run("verify")).toMatchObject({ status: 0, stdout: expect.stringContaining("is whole: 2 lines") });
    expect((await run("list")).stdout.split("\n")).toHaveLength(3);
    await database().pool.query(
      "update understudy.audit_line set line = replace(line, '0000002', '0000009') where number = 2",
    );
    expect(await run("verify")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Line 2 of the audit log was changed after it was written."),
    });
    expect((await run("list", "--json")).stderr).toContain("Line 2 of the audit log");
  });
});

it("lists as JSON", async () => {
  const { world } = await worldWithLog();
  expect(await world.run("audit", "list", "--json")).toBe(0);
  expect(world.jsonLines()).toMatchObject([[{ number: 1 }, { number: 2 }, { number: 3, event: sampleEvent(3) }]]);
});
