import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFileAuditLog } from "#audit/index.js";
import { sampleEvent } from "#audit/testing/describe-audit-log.js";
import { createFakeWorld } from "#testing/fake-world.js";

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

it("calls a log that was never written whole", async () => {
  const world = await createFakeWorld();
  expect(await world.run("audit", "verify", "--json")).toBe(0);
  expect(world.jsonLines()).toEqual([{ whole: true, lines: 0, lastSha256: "0".repeat(64) }]);
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
  expect(world.stdout()).toBe(
    "    3  2026-01-01T00:00:00.000Z  downloaded          renderId render_0000000000000003\n",
  );
  expect(await world.run("audit", "list", "--limit", "none")).toBe(2);
});

it("lists as JSON", async () => {
  const { world } = await worldWithLog();
  expect(await world.run("audit", "list", "--json")).toBe(0);
  expect(world.jsonLines()).toMatchObject([[{ number: 1 }, { number: 2 }, { number: 3, event: sampleEvent(3) }]]);
});
