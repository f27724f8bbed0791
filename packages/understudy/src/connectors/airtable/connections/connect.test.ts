import { describe, expect, it } from "vitest";
import { createKeyList } from "#access/postgres-key-list.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import {
  createFakeAirtable,
  fakeBaseId,
  fakeTable,
  usualFields,
  type FakeAirtableOptions,
} from "#connectors/airtable/testing/fake-airtable.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { connectTable, type ConnectionWish } from "./connect.js";
import { createConnectionList } from "./postgres-connection-list.js";

const database = shareTestDatabase();
const now = () => new Date("2027-01-01T00:00:00.000Z");

/** An owner with a key, and a base. */
async function openWorld(options: FakeAirtableOptions = {}, hasStanding = true) {
  const { pool } = database();
  const keys = createKeyList({ pool, now, defaults: { requestsPerMinute: 600, rendersAtOnce: 2 } });
  const { ownerId } = (await keys.create({ name: "first key", scopes: [] })).key;
  const connections = createConnectionList({ pool, now });
  const airtable = createFakeAirtable(options);
  const made: string[] = [];
  const connect = (wish: Partial<ConnectionWish> = {}) => {
    const usual: ConnectionWish = {
      ownerId,
      baseId: fakeBaseId,
      table: "Videos 🎬",
      columns: {},
      consent: { kind: "on-record" },
      tokenVariable: "AIRTABLE_TOKEN",
      createsMissing: false,
    };
    const { client } = airtable;
    const onMade = (what: string): void => void made.push(what);
    const world = { client, keys, connections, now, hasStanding, onMade, pollSeconds: 30 };
    return connectTable({ ...usual, ...wish }, world);
  };
  const ownKeys = async () => (await keys.list(ownerId)).filter(({ name }) => name !== "first key");
  return { ...airtable, keys, connections, ownerId, connect, ownKeys, made };
}

const namesIn = ({ fields }: { readonly fields: readonly { readonly name: string }[] }) =>
  fields.map(({ name }) => name);

describe("a table that has what is needed", () => {
  it("is connected by its name or id, with a key of its own that may make renders and that nobody has", async () => {
    const table = fakeTable("Videos 🎬");
    const { connect, connections, ownerId, ownKeys, made } = await openWorld({ tables: [fakeTable("People"), table] });
    const { connection, isNew, notes } = await connect({ table: " videos 🎬", rendersAtOnce: 5 });
    expect({ isNew, made, notes }).toEqual({
      isNew: true,
      made: [],
      notes: ["Whether the token may write rows (data.records:write) shows with the first row."],
    });
    expect(await connections.list(ownerId)).toEqual([connection]);
    expect(connection).toMatchObject({ tableId: table.id, tableName: "Videos 🎬", consent: { kind: "on-record" } });
    expect(namesIn({ fields: Object.values(connection.columns) }).sort()).toEqual(namesIn(table).sort());
    expect(await ownKeys()).toMatchObject([
      { keyId: connection.keyId, name: "airtable: Videos 🎬", scopes: ["renders:write"], rendersAtOnce: 5 },
    ]);
    expect((await connect({ table: table.id })).connection.id).toBe(connection.id);
  });

  it("keeps its id and key when it is connected again, unless the key was revoked or allows something else", async () => {
    const { connect, keys, ownerId, ownKeys } = await openWorld({ tables: [fakeTable("Videos 🎬")] });
    const first = await connect();
    const again = await connect({ tokenVariable: "OTHER_TOKEN" });
    expect(again).toMatchObject({
      isNew: false,
      connection: { id: first.connection.id, tokenVariable: "OTHER_TOKEN" },
    });
    expect(again.connection.keyId).toBe(first.connection.keyId);
    const wider = await connect({ rendersAtOnce: 9 });
    const limits = new Map((await ownKeys()).map((key) => [key.keyId, [key.rendersAtOnce, key.revokedAt]]));
    expect(limits).toEqual(
      new Map([
        [first.connection.keyId, [2, now()]],
        [wider.connection.keyId, [9, undefined]],
      ]),
    );
    await keys.revoke(ownerId, wider.connection.keyId);
    const revived = await connect();
    expect(revived.connection.id).toBe(first.connection.id);
    expect(revived.connection.keyId).not.toBe(wider.connection.keyId);
  });

  it("of another owner is refused before anything is made", async () => {
    const table = fakeTable("Videos 🎬");
    const [ours, theirs] = [await openWorld({ tables: [table] }), await openWorld({ tables: [table] })];
    await ours.connect();
    const refused = theirs.connect({ createsMissing: true, columns: { error: "Another column" } });
    await expect(refused).rejects.toMatchObject({
      code: "airtable-table",
      message: expect.stringContaining("another"),
    });
    expect([await theirs.ownKeys(), theirs.tables]).toEqual([[], [table]]);
  });
});

describe("what is missing", () => {
  it("is told in one error: needed columns, named ones, and those of another type with what they may be", async () => {
    const fields = [
      { name: "Status", type: "checkbox" },
      { name: "Source_Video_URL", type: "url" },
    ];
    const { connect, ownKeys } = await openWorld({ tables: [fakeTable("Videos 🎬", fields)] });
    await expect(connect({ columns: { cost: "Preis" } })).rejects.toMatchObject({
      code: "airtable-table",
      message: expect.stringMatching(
        /^The table cannot be used: "Avatar_Image_URL" \(face\) is missing\. "Output_Video_URL" \(output\) is missing\. "Preis" \(cost\) is missing\. "Status" \(status\) is checkbox, not single select or text\.$/,
      ),
      hint: "Let --create add what is missing, or name a column of your own: --column face=NAME.",
    });
    expect(await ownKeys()).toEqual([]);
  });

  it("is made with --create, in order, and listed; what is there stays", async () => {
    const table = fakeTable("Videos 🎬", [
      usualFields[2]!,
      { name: "Link", type: "url" },
      { name: "Notes", type: "url" },
    ]);
    const { connect, tables, made } = await openWorld({ tables: [table] });
    const consent = { kind: "column", operator: "Ada" } as const;
    const wish = { createsMissing: true, columns: { source: "Link", consent: "Agreed" }, consent };
    const { connection } = await connect(wish);
    const columns = [
      'the column "Avatar_Image_URL" (URL)',
      'the column "Output_Video_URL" (URL)',
      'the column "Error_Message" (text)',
      'the column "Thumbnail" (attachment)',
      'the column "Render_Seconds" (number)',
      'the column "Cost_USD" (currency)',
      'the column "Agreed" (checkbox)',
    ];
    expect(made).toEqual(columns);
    expect(tables[0]!.fields.slice(0, 3)).toEqual(table.fields);
    expect(connection.columns.source).toMatchObject({ name: "Link" });
    await connect(wish);
    expect(made).toEqual(columns);
  });

  it("may be the table itself, whose first column names a row", async () => {
    const { connect, tables, made } = await openWorld();
    const { connection } = await connect({ createsMissing: true, columns: { status: "סטטוס" } });
    expect(made).toEqual(['the table "Videos 🎬" and its columns']);
    expect(tables.map(({ id }) => id)).toEqual([connection.tableId]);
    expect(namesIn(tables[0]!)).toEqual(["Name", ...namesIn({ fields: usualFields })].with(3, "סטטוס"));
    expect(tables[0]!.fields[3]).toMatchObject({
      options: { choices: Object.values(briefStatuses).map((name) => ({ name })) },
    });
  });

  it("is not made where something else is in its place, or only an id is known", async () => {
    const fields = [{ name: "Status", type: "checkbox" }];
    const { connect, tables } = await openWorld({ tables: [fakeTable("Videos 🎬", fields)] });
    await expect(connect({ createsMissing: true })).rejects.toMatchObject({
      message: 'The table cannot be used: "Status" (status) is checkbox, not single select or text.',
    });
    const named = { status: "State", error: "fld00000000000099" };
    await expect(connect({ createsMissing: true, columns: named })).rejects.toMatchObject({
      message: expect.stringContaining('"fld00000000000099" (error) is missing'),
    });
    await expect(connect({ createsMissing: true, table: "tbl00000000000099" })).rejects.toMatchObject({
      message: 'There is no table "tbl00000000000099" in app00000000000001.',
      hint: 'It has "Videos 🎬".',
    });
    expect(namesIn(tables[0]!)).toEqual(["Status"]);
  });

  it("is a note where nothing depends on it: extra columns, choices of the status", async () => {
    const choices = { choices: [{ name: "Pending" }, { name: "Complete" }, { name: "Processing" }] };
    const fields = [...usualFields.slice(0, 2), { name: "Status", type: "singleSelect", options: choices }];
    const table = fakeTable("Videos 🎬", [...fields, usualFields[3]!, { name: "Thumbnail", type: "url" }]);
    const { connect } = await openWorld({ tables: [table] });
    const { notes, connection } = await connect();
    expect(notes[0]).toBe('Add these choices to "Status" in Airtable, to the letter: "\u{1F6A9} Failed".');
    expect(notes.slice(1, 3)).toEqual([
      'Not written, because there is no such column: "Error_Message", "Render_Seconds", "Cost_USD".',
      'Not used: "Thumbnail" (thumbnail) is URL, not attachment.',
    ]);
    expect(Object.keys(connection.columns).sort()).toEqual(["face", "output", "source", "status"]);
  });
});

describe("the token", () => {
  it.each([
    ["schema.bases:read", "read which tables and columns there are"],
    ["data.records:read", "read rows"],
    ["schema.bases:write", "add tables and columns"],
  ] as const)("that lacks %s is refused with what it is for", async (scope, use) => {
    const { connect, ownKeys } = await openWorld({
      tables: [fakeTable("Videos 🎬", usualFields.slice(0, 6))],
      lacks: [scope],
    });
    await expect(connect({ createsMissing: true })).rejects.toMatchObject({
      code: "airtable-token",
      message: `The token in AIRTABLE_TOKEN may not ${use} in app00000000000001.`,
      hint: expect.stringContaining(scope),
    });
    expect(await ownKeys()).toEqual([]);
  });

  it("is refused for what Airtable says it lacks", async () => {
    const told = ["schema.bases:read", "data.records:read"];
    const { connect } = await openWorld({ tables: [fakeTable("Videos 🎬")], told });
    await expect(connect()).rejects.toMatchObject({ hint: expect.stringContaining("data.records:write") });
  });

  it.each([
    [
      "without the scope",
      { lacks: ["webhook:manage"] },
      "The token lacks webhook:manage: the table is looked at every 30",
    ],
    ["of an editor", { level: "edit" }, "Airtable tells of changes only where the token's user is a creator"],
  ] satisfies [string, FakeAirtableOptions, string][])(
    "%s has no webhooks: then there is a note",
    async (_, options, note) => {
      const { connect } = await openWorld({ tables: [fakeTable("Videos 🎬")], ...options });
      expect((await connect()).notes[1]).toContain(note);
    },
  );

  it.each([
    ["comment", "may only read app00000000000001."],
    [undefined, "has no access to app00000000000001, or there"],
  ] as const)("whose user's right in the base is %s is refused before anything is made", async (level, message) => {
    const { connect, made, ownKeys } = await openWorld({ level });
    const refused = connect({ createsMissing: true });
    await expect(refused).rejects.toMatchObject({ code: "airtable-token", message: expect.stringContaining(message) });
    expect([made, await ownKeys()]).toEqual([[], []]);
  });

  it.each([
    ["unauthorized", "UNAUTHORIZED", "airtable-token"],
    ["unavailable", "NO_ANSWER", "airtable-unavailable"],
    ["refused", "INVALID_REQUEST_UNKNOWN", "airtable-table"],
  ] as const)("that is answered %s is a calm error", async (kind, type, code) => {
    const { connect } = await openWorld({ failure: new AirtableFailure(kind, type) });
    await expect(connect()).rejects.toMatchObject({ name: "UnderstudyError", code });
  });
});

describe("consent", () => {
  const ticks = fakeTable("Videos 🎬", [
    ...usualFields,
    { name: "OK", type: "checkbox" },
    { name: "Id", type: "singleLineText" },
  ]);

  it("by ticks needs the name of who gives their word", async () => {
    const { connect } = await openWorld({ tables: [ticks] });
    const refused = connect({ columns: { consent: "OK" }, consent: { kind: "column" } });
    await expect(refused).rejects.toMatchObject({ code: "bad-usage", hint: expect.stringContaining("--attested-by") });
    const { connection, notes } = await connect({
      columns: { consent: "OK" },
      consent: { kind: "column", operator: "Ada" },
    });
    expect(connection).toMatchObject({ consent: { operator: "Ada" }, columns: { consent: { name: "OK" } } });
    expect(notes).toHaveLength(1);
  });

  it.each([
    ["ids, and a name that stands for nothing", { kind: "column", operator: "Ada" }, "holds ids of consent records"],
    ["nothing but records", { kind: "on-record" }, "A row whose photo has no consent record fails"],
  ] as const)("by %s is noted", async (_, consent, note) => {
    const { connect } = await openWorld(
      { tables: [{ ...ticks, id: `tbl${consent.kind.padEnd(14, "0").replace("-", "")}` }] },
      false,
    );
    const columns = consent.kind === "column" ? { consent: "Id" } : {};
    expect((await connect({ columns, consent })).notes[0]).toContain(note);
  });

  it("by a standing attestation that is left out when the table is connected again is over, and that is noted", async () => {
    const { connect } = await openWorld({ tables: [{ ...ticks, id: "tbl00000standing" }] });
    const attestation = {
      operator: "Ada",
      statement: "All agreed.",
      use: "a test",
      expiresAt: "2027-06-30T00:00:00.000Z",
    };
    expect((await connect({ consent: { kind: "standing", attestation } })).notes).toHaveLength(1);
    expect((await connect()).notes[0]).toContain("standing attestation");
  });
});
