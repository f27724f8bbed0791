import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { scopes } from "#access/caller.js";
import { createKeyList } from "#access/postgres-key-list.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { chosenKey, ensureFirstKey } from "./first-key.js";

const database = shareTestDatabase();

async function machine(env: Record<string, string> = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), "understudy-key-"));
  onTestFinished(() => rm(dataFolder, { recursive: true, force: true }));
  const defaults = { requestsPerMinute: 1, rendersAtOnce: 1 };
  const keys = createKeyList({ pool: database().pool, now: () => new Date("2027-01-01T00:00:00.000Z"), defaults });
  return {
    dataFolder,
    keys,
    path: join(dataFolder, "api-key"),
    ensure: () => ensureFirstKey(keys, { dataFolder, env }),
  };
}

describe("the first key", () => {
  it("is made once, may do everything, and lies where this user alone can read it", async () => {
    const { keys, path, ensure } = await machine();
    const key = await ensure();
    expect(key).toMatch(/^us_[\w-]{32}$/);
    expect(await keys.find(key)).toMatchObject({ scopes: [...scopes] });
    expect(await readFile(path, "utf8")).toBe(`${key}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ensure()).toBe(key);
  });

  it("is the one in the data folder also on a database that does not know it yet", async () => {
    const { keys, path, ensure } = await machine();
    await writeFile(path, "us_moved_to_another_database_0123\n");
    expect(await ensure()).toBe("us_moved_to_another_database_0123");
    expect(await keys.find("us_moved_to_another_database_0123")).toBeDefined();
  });

  it("is that of the environment, the same for machines that start at once, and on no disk", async () => {
    const UNDERSTUDY_API_KEY = "chosen-by-the-operator-0123";
    const machines = [await machine({ UNDERSTUDY_API_KEY }), await machine({ UNDERSTUDY_API_KEY })];
    expect(await Promise.all(machines.map(({ ensure }) => ensure()))).toEqual([UNDERSTUDY_API_KEY, UNDERSTUDY_API_KEY]);
    const listed = (await machines[0]!.keys.listAll()).filter(({ name }) => name === "first key");
    const holders = await Promise.all(machines.map(({ keys }) => keys.find(UNDERSTUDY_API_KEY)));
    expect(holders[0]).toEqual(holders[1]);
    expect(listed.filter(({ keyId }) => keyId === holders[0]?.keyId)).toHaveLength(1);
    await expect(stat(machines[0]!.path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("does not come back after it was revoked", async () => {
    const { keys, ensure } = await machine();
    const { ownerId, keyId } = (await keys.find(await ensure()))!;
    await keys.revoke(ownerId, keyId);
    await expect(ensure()).rejects.toMatchObject({ code: "bad-config", message: expect.stringContaining("revoked") });
  });
});

describe("a key of the environment", () => {
  it.each([
    ["is none when it is not set", {}, undefined],
    ["is none when it is empty", { UNDERSTUDY_API_KEY: "" }, undefined],
    ["may be anything that fits into a header", { UNDERSTUDY_API_KEY: "a".repeat(24) }, "a".repeat(24)],
  ])("%s", (_what, env, key) => {
    expect(chosenKey(env)).toBe(key);
  });

  it.each(["too short", "a".repeat(23), "a".repeat(201), `${"a".repeat(30)} b`, `${"a".repeat(30)}\n`, "ä".repeat(30)])(
    "is refused without being told: %j",
    (text) => {
      const refused = () => chosenKey({ UNDERSTUDY_API_KEY: text });
      expect(refused).toThrow(expect.objectContaining({ code: "bad-config" }));
      expect(refused).not.toThrow(text);
    },
  );
});
