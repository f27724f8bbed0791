import { describe, expect, it, onTestFinished } from "vitest";
import { createKeyList } from "#access/postgres-key-list.js";
import { listen } from "#postgres/listen.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import type { MappedColumns } from "./connection.js";
import { airtableChannel, type NewConnection } from "./connection-list.js";
import { createConnectionList } from "./postgres-connection-list.js";

const database = shareTestDatabase();
const start = new Date("2027-01-01T00:00:00.000Z");

const column = (index: number, name: string) => ({ id: `fld${String(index).padStart(14, "0")}`, name, type: "url" });
const columns: MappedColumns = {
  source: column(1, "Source_Video_URL"),
  face: column(2, "Avatar_Image_URL"),
  status: column(3, "סטטוס 🎬"),
  output: column(4, "Output_Video_URL"),
};

let tables = 0;

/** A list with a clock of its own, an owner with a key, and a connection to a table that nobody else has. */
async function openWorld() {
  let at = start;
  const now = () => at;
  const { pool, connection } = database();
  const keys = createKeyList({ pool, now, defaults: { requestsPerMinute: 1, rendersAtOnce: 1 } });
  const { key } = await keys.create({ name: "airtable: Videos", scopes: ["renders:write"] });
  const wish: NewConnection = {
    ownerId: key.ownerId,
    keyId: key.keyId,
    baseId: "app00000000000001",
    tableId: `tbl${String((tables += 1)).padStart(14, "0")}`,
    tableName: "Videos 🎬",
    tokenVariable: "AIRTABLE_TOKEN",
    columns,
    consent: { kind: "on-record" },
  };
  const list = createConnectionList({ pool, now });
  /** Versions of the row: it is another one after each write. */
  const versionOf = async (id: string) =>
    (await pool.query<{ xmin: string }>("select xmin from understudy.airtable_connection where id = $1", [id])).rows[0]!
      .xmin;
  return { list, keys, wish, connection, versionOf, pass: (ms: number) => void (at = new Date(at.getTime() + ms)) };
}

describe("the list of connections", () => {
  it("keeps a connection as it was given, oldest first, for its owner and for all", async () => {
    const { list, wish, pass } = await openWorld();
    const first = await list.keep(wish);
    expect(first).toEqual({ ...wish, id: expect.stringMatching(/^airtable_[0-9a-f]{16}$/), createdAt: start });
    pass(1_000);
    const second = await list.keep({ ...wish, tableId: "tblSecond00000001" });
    expect(await list.list(wish.ownerId)).toEqual([first, second]);
    expect(await list.list("owner_of_nothing")).toEqual([]);
    expect(await list.list()).toEqual(expect.arrayContaining([first, second]));
    expect(await list.get(second.id)).toEqual(second);
  });

  it("changes the one to the same table, which keeps its id and its hook and is rid of its problem", async () => {
    const { list, wish } = await openWorld();
    const { id } = await list.keep(wish);
    const hook = {
      id: "ach00000000000001",
      macSecretBase64: "c2VjcmV0",
      cursor: 7,
      notificationUrl: "https://a.example",
      fieldIds: [columns.status.id],
      refreshedAt: start,
    };
    await list.noteHook(id, hook);
    await list.noteLook(id, { code: "airtable-token", message: "No.", hint: "Yes." });
    const attestation = { operator: "A", statement: "B", use: "C", expiresAt: "2028-01-01T00:00:00.000Z" };
    const changed = { ...wish, tableName: "Clips", consent: { kind: "standing", attestation } } as const;
    expect(await list.keep(changed)).toEqual({ ...changed, id, hook, createdAt: start });
    expect(await list.list(wish.ownerId)).toHaveLength(1);
    await list.noteHook(id, undefined);
    expect((await list.get(id))?.hook).toBeUndefined();
  });

  it("has a table once: another owner is refused, also of two at once, until it is disconnected", async () => {
    const [ours, theirs] = [await openWorld(), await openWorld()];
    const rival: NewConnection = { ...theirs.wish, tableId: ours.wish.tableId };
    const outcomes = await Promise.allSettled([ours.list.keep(ours.wish), theirs.list.keep(rival)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toMatchObject({
      code: "airtable-table",
      message: 'The table "Videos 🎬" is connected for another owner.',
    });
    const kept = (await ours.list.list()).find(({ tableId }) => tableId === ours.wish.tableId);
    expect(await ours.list.remove(kept!.id)).toBe(true);
    expect((await theirs.list.keep(rival)).id).not.toBe(kept!.id);
  });

  it("forgets one that was removed, once", async () => {
    const { list, wish } = await openWorld();
    const { id } = await list.keep(wish);
    expect(await list.remove(id)).toBe(true);
    expect(await list.remove(id)).toBe(false);
    expect(await list.remove("airtable_0000000000000000")).toBe(false);
    await list.noteLook(id, undefined);
    await list.noteColumns(id, { tableName: "A", columns }, columns);
    expect([await list.get(id), await list.list(wish.ownerId)]).toEqual([undefined, []]);
  });

  it("takes up one that was removed when its owner connects the table again, with its rows", async () => {
    const { list, wish } = await openWorld();
    const { id } = await list.keep(wish);
    const show = (recordId: string, written: string, goneAt: Date | null = null) =>
      database().pool.query(
        "insert into understudy.airtable_row (connection_id, record_id, written, gone_at) values ($1, $2, $3, $4)",
        [id, recordId, { phase: written }, goneAt],
      );
    await show("rec1", "complete");
    await show("rec2", "removed");
    await show("rec3", "complete", start);
    expect(await list.countShown(id)).toBe(1);
    await list.remove(id);
    expect((await list.keep({ ...wish, tableName: "Clips" })).id).toBe(id);
    expect(await list.list(wish.ownerId)).toMatchObject([{ id, tableName: "Clips" }]);
    expect((await list.keep({ ...wish, tableId: `${wish.tableId}2` })).id).not.toBe(id);
  });

  it("notes new names", async () => {
    const { list, wish } = await openWorld();
    const { id } = await list.keep(wish);
    const renamed = { ...columns, status: { ...columns.status, name: "State" } };
    await list.noteColumns(id, { tableName: "Clips", columns: renamed }, columns);
    expect(await list.get(id)).toMatchObject({ tableName: "Clips", columns: renamed });
  });

  it("leaves the columns as somebody connected them anew meanwhile", async () => {
    const { list, wish } = await openWorld();
    const { id } = await list.keep(wish);
    const other = { ...columns, status: { ...columns.status, id: "fldOther0000000000" } };
    await list.keep({ ...wish, columns: other });
    await list.noteColumns(id, { tableName: "Clips", columns }, columns);
    expect(await list.get(id)).toMatchObject({ tableName: wish.tableName, columns: other });
  });
});

describe("a look", () => {
  const problem = { code: "airtable-token", message: "The token is unknown.", hint: "Make another." } as const;

  it("is written once a minute at most", async () => {
    const { list, wish, versionOf, pass } = await openWorld();
    const { id } = await list.keep(wish);
    await list.noteLook(id, undefined);
    const version = await versionOf(id);
    pass(59_999);
    await list.noteLook(id, undefined);
    expect([await versionOf(id), (await list.get(id))?.lookedAt]).toEqual([version, start]);
    pass(1);
    await list.noteLook(id, undefined);
    expect((await list.get(id))?.lookedAt).toEqual(new Date(start.getTime() + 60_000));
  });

  it("that failed tells since when, as long as it is for the same reason, and writes nothing that it said before", async () => {
    const { list, wish, versionOf, pass } = await openWorld();
    const { id } = await list.keep(wish);
    const seen = async () => (await list.get(id))?.problem;
    await list.noteLook(id, problem);
    const version = await versionOf(id);
    pass(600_000);
    await list.noteLook(id, problem);
    expect([await versionOf(id), await seen()]).toEqual([version, { ...problem, since: start }]);
    await list.noteLook(id, { ...problem, message: "Another scope." });
    expect(await seen()).toEqual({ ...problem, message: "Another scope.", since: start });
    await list.noteLook(id, { ...problem, code: "airtable-table" });
    expect(await seen()).toMatchObject({ code: "airtable-table", since: new Date(start.getTime() + 600_000) });
    expect((await list.get(id))?.lookedAt).toBeUndefined();
    await list.noteLook(id, undefined);
    expect(await list.get(id)).toMatchObject({ lookedAt: new Date(start.getTime() + 600_000) });
    expect(await seen()).toBeUndefined();
  });

  it("that found something to mend, and did its work, is noted as both", async () => {
    const { list, wish, versionOf, pass } = await openWorld();
    const { id } = await list.keep(wish);
    await list.noteLook(id, problem, true);
    const version = await versionOf(id);
    pass(59_999);
    await list.noteLook(id, problem, true);
    expect(await versionOf(id)).toEqual(version);
    expect(await list.get(id)).toMatchObject({ lookedAt: start, problem });
    pass(1);
    await list.noteLook(id, problem, true);
    expect((await list.get(id))?.lookedAt).toEqual(new Date(start.getTime() + 60_000));
  });
});

it("whoever works on connections is told of them and of news, and not of each look", async () => {
  const { list, wish, connection } = await openWorld();
  const texts: string[] = [];
  let isTold = (): void => undefined;
  const told = new Promise<void>((resolve) => (isTold = resolve));
  const onNews = (text: string) => {
    texts.push(text);
    if (text === "news end") isTold();
  };
  const close = await listen(connection, airtableChannel, { onNews, onGap: () => undefined });
  onTestFinished(close);
  const { id } = await list.keep(wish);
  await list.noteLook(id, undefined);
  await list.noteColumns(id, { tableName: "A", columns }, columns);
  await list.tellNews(id);
  await list.remove(id);
  await list.remove(id);
  await list.tellNews("end");
  await told;
  expect(texts).toEqual(["connections", `news ${id}`, "connections", "news end"]);
});
