import { describe, expect, it } from "vitest";
import { createKeyList } from "#access/postgres-key-list.js";
import { briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { connectTable, type ConnectionWish } from "./connect.js";
import { createConnectionList } from "./postgres-connection-list.js";
import {
  createFakeAirtable,
  fakeBaseId,
  fakeTable,
  usualFields,
  type FakeAirtableOptions,
} from "#connectors/airtable/testing/fake-airtable.js";

const database = shareTestDatabase();
const now = () => new Date("2027-01-01T00:00:00.000Z");

/** An owner with a key, and a base. */
async function openWorld(options: FakeAirtableOptions = {}, hasStanding = true) {
  const { pool } = database();
  const keys = createKeyList({ pool, now, defaults: { requestsPerMinute: 600, rendersAtOnce: 2 } });
  const { ownerId } = (await keys.create({ name: "first key", scopes: [] })).key;
  const connections = createConnectionList({ pool, now });
  const airtable = createFakeAirtable(options);
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
    return connectTable({ ...usual, ...wish }, { client: airtable.client, keys, connections, now, hasStanding });
  };
  const ownKeys = async () => (await keys.list(ownerId)).filter(({ name }) => name !== "first key");
  return { ...airtable, keys, connections, ownerId, connect, ownKeys };
}

const namesIn = ({ fields }: { readonly fields: readonly { readonly name: string }[] }) =>
  fields.map(({ name }) => name);

describe("a table that has what is needed", () => {
  it("is connected by its name or id, with a key of its own that may make renders and that nobody has", async () => {
    const table = fakeTable("Videos 🎬");
    const { connect, connections, ownerId, ownKeys } = await openWorld({ tables: [fakeTable("People"), table] });
    const { connection, isNew, made, notes } = await connect({ table: " videos 🎬", rendersAtOnce: 5 });
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
  it("is told in one error, needed columns and named ones with the types they may have", async () => {
    const fields = [
      { name: "Status", type: "checkbox" },
      { name: "Source_Video_URL", type: "url" },
    ];
    const { connect, ownKeys } = await openWorld({ tables: [fakeTable("Videos 🎬", fields)] });
    await expect(connect({ columns: { cost: "Preis" } })).rejects.toMatchObject({
      code: "airtable-table",
      message: expect.stringMatching(
        /^The table cannot be used: "Avatar_Image_URL" \(face\) is missing; .*"Output_Video_URL" \(output\) is missing; .*"Preis" \(cost\) is missing; .*"Status" \(status\) is checkbox; it may be singleSelect or singleLineText\.$/,
      ),
      hint: "Let --create add what is missing, or name your own columns: --column ROLE=NAME.",
    });
    expect(await ownKeys()).toEqual([]);
  });

  it("is made with --create, in order, and listed; what is there stays", async () => {
    const table = fakeTable("Videos 🎬", [
      usualFields[2]!,
      { name: "Link", type: "url" },
      { name: "Notes", type: "url" },
    ]);
    const { connect, tables } = await openWorld({ tables: [table] });
    const consent = { kind: "column", operator: "Ada" } as const;
    const wish = { createsMissing: true, columns: { source: "Link", consent: "Agreed" }, consent };
    const { made, connection } = await connect(wish);
    expect(made).toEqual([
      'the column "Avatar_Image_URL" (url)',
      'the column "Output_Video_URL" (url)',
      'the column "Error_Message" (multilineText)',
      'the column "Thumbnail" (multipleAttachments)',
      'the column "Render_Seconds" (number)',
      'the column "Cost_USD" (currency)',
      'the column "Agreed" (checkbox)',
    ]);
    expect(tables[0]!.fields.slice(0, 3)).toEqual(table.fields);
    expect(connection.columns.source).toMatchObject({ name: "Link" });
    expect((await connect(wish)).made).toEqual([]);
  });

  it("may be the table itself, whose first column names a row", async () => {
    const { connect, tables } = await openWorld();
    const { made, connection } = await connect({ createsMissing: true, columns: { status: "סטטוס" } });
    expect(made[0]).toBe('the table "Videos 🎬"');
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
      message: 'The table cannot be used: "Status" (status) is checkbox; it may be singleSelect or singleLineText.',
    });
    const named = { status: "State", error: "fld00000000000099" };
    await expect(connect({ createsMissing: true, columns: named })).rejects.toMatchObject({
      message: expect.stringContaining('"fld00000000000099" (error) is missing'),
    });
    await expect(connect({ createsMissing: true, table: "tbl00000000000099" })).rejects.toMatchObject({
      message: 'There is no table "tbl00000000000099" in app00000000000001.',
      hint: 'It has "Videos 🎬"; with --create a table of a new name is made.',
    });
    expect(namesIn(tables[0]!)).toEqual(["Status"]);
  });

  it("is a note where nothing depends on it: extra columns, choices of the status", async () => {
    const choices = { choices: [{ name: "Pending" }, { name: "Complete" }, { name: "Processing" }] };
    const fields = [...usualFields.slice(0, 2), { name: "Status", type: "singleSelect", options: choices }];
    const table = fakeTable("Videos 🎬", [...fields, usualFields[3]!, { name: "Thumbnail", type: "url" }]);
    const { connect } = await openWorld({ tables: [table] });
    const { notes, connection } = await connect();
    expect(notes[0]).toMatch(/^The column "Status" has no choice "\u{1F6A9} Failed": add /u);
    expect(notes[1]).toMatch(
      /^Not every column is used: "Error_Message" \(error\) is missing; .*"Thumbnail" \(thumbnail\) is url;/,
    );
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

  it("needs no webhooks: then there is a note", async () => {
    const { connect } = await openWorld({ tables: [fakeTable("Videos 🎬")], lacks: ["webhook:manage"] });
    expect((await connect()).notes[1]).toContain("webhook:manage");
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
    ["nothing but records", { kind: "on-record" }, "Every row needs a consent record"],
  ] as const)("by %s is noted", async (_, consent, note) => {
    const { connect } = await openWorld(
      { tables: [{ ...ticks, id: `tbl${consent.kind.padEnd(14, "0").replace("-", "")}` }] },
      false,
    );
    const columns = consent.kind === "column" ? { consent: "Id" } : {};
    expect((await connect({ columns, consent })).notes[0]).toContain(note);
  });
});
