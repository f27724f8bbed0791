import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createKeyList } from "#access/postgres-key-list.js";
import { defaultScopes, scopes } from "#access/caller.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { addAccessCommand } from "./access.js";

const database = shareTestDatabase();
const now = new Date("2027-01-01T00:00:00.000Z");

async function run(...argv: string[]) {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written) => ({
    isTerminal: false,
    write: (text: string) => void (written[name] += text),
  });
  const program = new Command().exitOverride();
  const io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    isInputTerminal: false,
    env: { UNDERSTUDY_DATA_FOLDER: "/nowhere" },
    cwd: "/",
    signal: new AbortController().signal,
    now: () => now,
    ask: () => Promise.reject(new Error("nobody is there")),
  };
  const context = { io, wiring: createFakeWiring(), isJson: argv.includes("--json"), argv };
  addAccessCommand(program, context, async () => ({ ...database(), close: async () => undefined }));
  await program.parseAsync(["access", ...argv], { from: "user" });
  return { ...written, json: context.isJson ? (JSON.parse(written.stdout) as any) : undefined }; // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
}

const keys = () =>
  createKeyList({ pool: database().pool, now: () => now, defaults: { requestsPerMinute: 1, rendersAtOnce: 1 } });

describe("access create", () => {
  it("prints the key alone, and says besides whose it is", async () => {
    const { stdout, stderr } = await run("create", "web shop");
    expect(stdout).toMatch(/^us_[\w-]{32}\n$/);
    expect(await keys().find(stdout.trim())).toMatchObject({ scopes: defaultScopes });
    expect(stderr).toMatch(/owner_[0-9a-f]{16} {2}web shop {2}all scopes but keys:write,jobs,metrics:read/);
    expect(stderr).not.toContain(stdout.trim());
  });

  it("takes scopes, limits, an end and an owner", async () => {
    const { json: first } = await run("create", "a", "--json", "--scopes", "all");
    const limits = ["--days", "2", "--requests-per-minute", "7", "--renders-at-once", "3"];
    const asked = ["--scopes", "renders:read, jobs", "--owner", first.ownerId];
    const { json } = await run("create", "b", "--json", ...asked, ...limits);
    expect(first.scopes).toEqual(scopes);
    expect(json).toMatchObject({
      ownerId: first.ownerId,
      scopes: ["renders:read", "jobs"],
      expiresAt: "2027-01-03T00:00:00.000Z",
      requestsPerMinute: 7,
      rendersAtOnce: 3,
    });
  });

  it.each([
    [["create", "a", "--scopes", "moon:fly"], 'There is no scope "moon:fly".'],
    [["create", "a", "--owner", "owner_0000000000000000"], 'There is no owner "owner_0000000000000000".'],
    [["create", " "], "A key's name has 1 to 200 characters."],
    [["create", "a", "--days", "0"], "--days expects a whole number"],
    [["revoke", "key_0000000000000000"], 'There is no key "key_0000000000000000".'],
    [["rotate", "key_0000000000000000"], 'There is no key "key_0000000000000000".'],
  ])("refuses %j", async (argv, message) => {
    await expect(run(...argv)).rejects.toMatchObject({ code: "bad-usage", message: expect.stringContaining(message) });
  });
});

it("lists keys of all owners or of one, and revokes and rotates them", async () => {
  const { json: key } = await run("create", "rotated", "--json");
  const { stdout: successor } = await run("rotate", key.keyId, "--grace", "60");
  expect(await keys().find(key.secret)).toBeDefined();
  expect(await keys().find(successor.trim())).toMatchObject({ ownerId: key.ownerId });
  const { stdout } = await run("list", "--owner", key.ownerId);
  expect(stdout).toContain(`${key.keyId}  ${key.ownerId}  rotated`);
  expect(stdout).toMatch(/used 2027-01-01T00:00:00.000Z until 2027-01-01T00:01:00.000Z\n/);
  expect(stdout.trim().split("\n")).toHaveLength(2);
  expect((await run("revoke", key.keyId)).stdout).toBe(`✓ ${key.keyId} opens nothing any more\n`);
  expect(await keys().find(key.secret)).toBeUndefined();
  await expect(run("rotate", key.keyId)).rejects.toMatchObject({ code: "bad-usage" });
  const { json: all, stdout: text } = await run("list", "--json");
  expect(all.find(({ keyId }: { keyId: string }) => keyId === key.keyId)).toMatchObject({
    revokedAt: now.toISOString(),
  });
  expect(text).not.toContain(key.secret);
});
