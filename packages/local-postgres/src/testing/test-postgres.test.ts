import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { openPostgres } from "#open-postgres.js";
import { ask } from "./ask.js";
import { openTestPostgres } from "./test-postgres.js";

test("each caller gets an empty database of its own on one server, and gives it back", async () => {
  const [one, other] = [await openTestPostgres(), await openTestPostgres()];
  await ask(one.connection, "create table only_here ()");
  expect(one.connection.host).toBe(other.connection.host);
  expect(await ask(other.connection, "select to_regclass('only_here')")).toEqual([null]);
  const given = await openPostgres({ folder: "/dev/null/x", databaseUrl: other.url });
  expect(given).toMatchObject({ isPrivate: false, version: other.version });
  await one.stop();
  await expect(ask(one.connection, "select 1")).rejects.toMatchObject({ code: "3D000" });
  expect(await ask(other.connection, "select 1")).toEqual([1]);
});

test.skipIf(process.platform === "win32")(
  "a process that dies in the middle leaves no server and no folder",
  async () => {
    const index = new URL("../../dist/testing/index.js", import.meta.url).href;
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
