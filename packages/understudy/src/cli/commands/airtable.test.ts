import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it, onTestFinished } from "vitest";
import { holdsAt } from "#access/key-list.js";
import { loadConfig } from "#config/index.js";
import { createAirtableDesk } from "#connectors/airtable/connections/airtable-desk.js";
import { usualFields } from "#connectors/airtable/testing/fake-airtable.js";
import { openAirtableStandIn } from "#connectors/airtable/testkit/stand-in.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { addAirtableCommand } from "./airtable.js";

const database = shareTestDatabase();
const now = new Date("2027-01-01T00:00:00.000Z");
const token = "patA1b2C3d4E5f6G7.0123456789abcdef";
const noPace = { wait: async () => undefined, hold: async () => undefined };
const scopes = [
  "schema.bases:read",
  "schema.bases:write",
  "data.records:read",
  "data.records:write",
  "webhook:manage",
] as const;

/** A stand-in for Airtable with one base, and a terminal. */
async function openWorld(tables: Parameters<Awaited<ReturnType<typeof openAirtableStandIn>>["addBase"]>[0]["tables"]) {
  const airtable = await openAirtableStandIn({ requestsPerSecond: 1_000 });
  onTestFinished(() => airtable.close());
  airtable.addToken({ token, scopes });
  const base = airtable.addBase({ tables });
  const folder = await mkdtemp(join(tmpdir(), "understudy-airtable-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env: Record<string, string> = {
    UNDERSTUDY_DATA_FOLDER: folder,
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
    AIRTABLE_ENDPOINT_URL: airtable.url,
    AIRTABLE_TOKEN: token,
  };
  const { config } = await loadConfig({ cwd: folder, env, configPath: undefined });

  async function run(...argv: string[]) {
    const written = { stdout: "", stderr: "" };
    const output = (name: keyof typeof written) => ({
      isTerminal: false,
      write: (text: string) => void (written[name] += text),
    });
    const io = {
      stdout: output("stdout"),
      stderr: output("stderr"),
      isInputTerminal: false,
      env,
      cwd: folder,
      signal: new AbortController().signal,
      now: () => now,
      ask: () => Promise.reject(new Error("nobody is there")),
    };
    const context = { io, wiring: createFakeWiring(), isJson: argv.includes("--json"), argv };
    const program = new Command().exitOverride();
    addAirtableCommand(program, context, {
      open: async () => ({ ...database(), close: async () => undefined }),
      openDesk: async (options) => createAirtableDesk({ ...options, pace: noPace }),
    });
    const thrown = await program.parseAsync(["airtable", ...argv], { from: "user" }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { ...written, thrown, json: () => JSON.parse(written.stdout) as any }; // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
  }

  const signal = new AbortController().signal;
  const desk = createAirtableDesk({
    database: database(),
    config,
    io: { env, signal, now: () => now },
    pace: noPace,
  });
  /** Connects the table and gives its connection a webhook. */
  const connectWithHook = async (table: string) => {
    const { id } = (await run("connect", base.id, table, "--json")).json().connection as { id: string };
    const connection = (await desk.connections.get(id))!;
    const client = desk.clientOf(connection);
    const notificationUrl = "http://127.0.0.1:9/hooks";
    const wish = { notificationUrl, tableId: connection.tableId, fieldIds: [connection.columns.status.id] };
    const { id: hookId, macSecretBase64 } = await client.createHook(base.id, wish);
    const facts = { notificationUrl, fieldIds: wish.fieldIds, cursor: 1, refreshedAt: now };
    await desk.connections.noteHook(id, { id: hookId, macSecretBase64, ...facts });
    return { connection, macSecretBase64, hookState: () => client.hookState(base.id, hookId) };
  };
  return { airtable, base, env, run, desk, connectWithHook };
}

const videos = { name: "Videos 🎬", fields: [{ name: "Name", type: "singleLineText" }, ...usualFields] };

describe("airtable connect", () => {
  it("makes a table in an empty base, and says which columns there are and what is next", async () => {
    const { base, run, desk, airtable } = await openWorld([]);
    const { stdout, thrown } = await run("connect", base.id, "Videos 🎬", "--create", "--column", "status=סטטוס");
    expect(thrown).toBeUndefined();
    const connection = (await desk.connections.list()).find(({ baseId }) => baseId === base.id)!;
    expect(stdout.split("\n").slice(0, 12)).toEqual([
      'Made: the table "Videos 🎬" and its columns',
      `✓ "Videos 🎬" is connected: ${connection.id}`,
      "",
      "  source     URL            Source_Video_URL",
      "  face       URL            Avatar_Image_URL",
      "  status     single select  סטטוס",
      "  output     URL            Output_Video_URL",
      "  error      text           Error_Message",
      "  thumbnail  attachment     Thumbnail",
      "  seconds    number         Render_Seconds",
      "  cost       currency       Cost_USD",
      "",
    ]);
    expect(stdout).toMatch(
      /\nNext: `understudy serve` with AIRTABLE_TOKEN set, then set סטטוס to Pending in a row\.\n$/,
    );
    expect(stdout).not.toContain(token);
    expect(airtable.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it("takes the table's address as it is in the browser", async () => {
    const { base, run } = await openWorld([videos]);
    const [table] = base.tables;
    const { thrown, json } = await run(
      "connect",
      `https://airtable.com/${base.id}/${table!.id}/viw00000000000000`,
      "--json",
    );
    expect([thrown, json().connection.tableId]).toEqual([undefined, table!.id]);
  });

  it("lists what is in Airtable already when it fails, or is stopped, half-way", async () => {
    const { base, run, airtable } = await openWorld([{ name: "Videos", fields: videos.fields.slice(0, 7) }]);
    let asked = 0;
    const match = (method: string, path: string) => method === "POST" && path.endsWith("/fields") && (asked += 1) > 1;
    airtable.failNext({ kind: "status", status: 503 }, { match });
    const { thrown, stdout } = await run("connect", base.id, "Videos", "--create");
    expect(thrown).toMatchObject({
      code: "airtable-unavailable",
      hint: expect.stringMatching(/In Airtable there is already: the column "Render_Seconds" \(number\)\.$/),
    });
    expect(stdout).toBe('Made: the column "Render_Seconds" (number)\n');
    expect((await run("connect", base.id, "Videos", "--create")).stdout).toMatch(/^Made: the column "Cost_USD" .*\n✓ /);
  });

  it("is the first key's owner's unless another one is named, and may be repeated", async () => {
    const { base, run, desk } = await openWorld([videos]);
    const first = (await run("connect", base.id, "Videos 🎬", "--json")).json();
    const again = (await run("connect", base.id, first.connection.tableId, "--json", "--renders-at-once", "7")).json();
    expect([first.isNew, again.isNew, again.connection.id]).toEqual([true, false, first.connection.id]);
    const keys = await desk.keys.list(first.connection.ownerId);
    expect(keys.map(({ name }) => name).sort()).toEqual(["airtable: Videos 🎬", "airtable: Videos 🎬", "first key"]);
    expect(keys.find(({ keyId }) => keyId === again.connection.keyId)).toMatchObject({ rendersAtOnce: 7 });
    const other = await desk.keys.create({ name: "other", scopes: [] });
    const theirs = await run("connect", base.id, "Videos 🎬", "--owner", other.key.ownerId);
    expect(theirs.thrown).toMatchObject({ code: "airtable-table" });
  });

  it.each([
    [["app1", "Videos"], "bad-usage", "BASE expects the id of a base, or its address"],
    [["BASE"], "bad-usage", "TABLE expects a table's name or id."],
    [["BASE", "Videos", "--owner", "owner_1"], "bad-usage", 'There is no owner "owner_1".'],
    [["BASE", "Videos", "--renders-at-once", "0"], "bad-usage", "--renders-at-once expects"],
    [["BASE", "Videos", "--token-variable", "NO_TOKEN"], "airtable-token", "variable NO_TOKEN is not set."],
    [["BASE", "Clips"], "airtable-table", 'There is no table "Clips"'],
    [["appNoSuchBase0001", "Videos"], "airtable-token", "has no access to appNoSuchBase0001, or"],
    [["BASE", "People"], "airtable-table", '"Source_Video_URL" (source) is missing. "Avatar_'],
  ])("%j is refused: %s", async (words, code, message) => {
    const { base, run, desk } = await openWorld([
      { name: "People", fields: [{ name: "Name", type: "singleLineText" }] },
    ]);
    const { thrown } = await run("connect", ...words.map((word) => (word === "BASE" ? base.id : word)));
    expect(thrown).toMatchObject({ code, message: expect.stringContaining(message) });
    expect((await desk.connections.list()).filter(({ baseId }) => baseId === base.id)).toEqual([]);
  });

  it("is refused by a token without the scopes, which are named", async () => {
    const { base, run, env, airtable } = await openWorld([videos]);
    airtable.addToken({ token: "patReadOnly.0123456789", scopes: ["schema.bases:read"] });
    env["LESS_TOKEN"] = "patReadOnly.0123456789";
    const { thrown } = await run("connect", base.id, "Videos 🎬", "--token-variable", "LESS_TOKEN");
    expect(thrown).toMatchObject({ code: "airtable-token", hint: expect.stringContaining("data.records:read") });
  });
});

it("airtable list tells connections and their problems, and no secret", async () => {
  const { run, desk, connectWithHook } = await openWorld([videos]);
  const { connection, macSecretBase64 } = await connectWithHook("Videos 🎬");
  await desk.connections.noteLook(connection.id, {
    code: "airtable-token",
    message: "Revoked.",
    hint: "Make another.",
  });
  const [text, json] = [await run("list"), await run("list", "--json")];
  expect(text.stdout).toContain(
    `${connection.id}  ${connection.baseId}  "Videos 🎬"\n` +
      `    ${connection.ownerId}, ${connection.keyId}, consent on record\n` +
      "    told by Airtable, not looked at yet: `understudy serve` does\n" +
      "  ✗ airtable-token since 2027-01-01T00:00:00.000Z: Revoked.\n    Make another.\n",
  );
  const listed = json.json().find(({ id }: { id: string }) => id === connection.id);
  expect(listed).toMatchObject({ tableName: "Videos 🎬", columns: { status: { name: "Status" } } });
  expect(listed.hook).toEqual({ id: expect.stringMatching(/^ach/), notificationUrl: "http://127.0.0.1:9/hooks" });
  expect(text.stdout + json.stdout).not.toContain(macSecretBase64);
});

describe("airtable check", () => {
  it("is GO while all is well, also under new names, and ends with 1 when a column is gone", async () => {
    const { airtable, base, run, connectWithHook } = await openWorld([videos]);
    const { connection } = await connectWithHook("Videos 🎬");
    airtable.renameField(base.tables[0]!.id, "Status", "State");
    const good = await run("check", connection.id);
    expect(good.thrown).toBeUndefined();
    expect(good.stdout).toContain(
      `${connection.id}  "Videos 🎬"\n✓ The connection's key holds. (${connection.keyId})\n`,
    );
    expect(good.stdout).toMatch(/\n✓ Airtable tells of changes\. \(ach\w+\)\n\nGO\n$/);
    airtable.removeField(base.tables[0]!.id, "State");
    const bad = await run("check", connection.id, "--json");
    expect(bad.thrown).toMatchObject({ exitStatus: 1 });
    expect(bad.json()).toMatchObject([{ connection: connection.id, verdict: "NO-GO" }]);
    expect(bad.stdout).toContain('\\"Status\\" (status) is missing');
  });

  it("says that the token was revoked, and does not know a connection that is not there", async () => {
    const { airtable, run, connectWithHook } = await openWorld([videos]);
    const { connection } = await connectWithHook("Videos 🎬");
    airtable.revokeToken(token);
    const { stdout, thrown } = await run("check", connection.id);
    expect(thrown).toMatchObject({ exitStatus: 1 });
    expect(stdout).toMatch(/✗ Airtable does not take the token in AIRTABLE_TOKEN.*\n {4}Put a personal access token/);
    expect((await run("check", "airtable_0")).thrown).toMatchObject({ code: "bad-usage" });
  });
});

describe("airtable disconnect", () => {
  it("ends the connection, its key and its webhook, once", async () => {
    const { run, desk, connectWithHook } = await openWorld([videos]);
    const { connection, hookState } = await connectWithHook("Videos 🎬");
    expect(await hookState()).toBeDefined();
    const { stdout } = await run("disconnect", connection.id);
    expect(stdout).toMatch(/^✓ "Videos 🎬" is not connected any more, and key_\w+ opens nothing\nWhat stays: .*\n$/);
    expect([await hookState(), await desk.connections.get(connection.id)]).toEqual([undefined, undefined]);
    const key = (await desk.keys.list(connection.ownerId)).find(({ keyId }) => keyId === connection.keyId)!;
    expect(holdsAt(key, now)).toBe(false);
    expect((await run("disconnect", connection.id)).thrown).toMatchObject({ code: "bad-usage" });
  });

  it("needs neither a token nor Airtable, and says that the webhook is left", async () => {
    const { run, env, desk, connectWithHook } = await openWorld([videos]);
    const { connection } = await connectWithHook("Videos 🎬");
    delete env["AIRTABLE_TOKEN"];
    expect((await run("disconnect", connection.id, "--json")).json()).toEqual({
      connection: connection.id,
      disconnected: true,
      isHookLeft: true,
      rowsShown: 0,
    });
    expect(await desk.connections.get(connection.id)).toBeUndefined();
  });
});
