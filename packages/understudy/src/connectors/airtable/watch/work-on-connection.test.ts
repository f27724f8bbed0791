import { UnderstudyError } from "@understudy/render";
import { describe, expect, it } from "vitest";
import type { NotedProblem } from "#connectors/airtable/connections/connection.js";
import { openAirtableLab, type AirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { plainPng } from "#connectors/airtable/testing/plain-png.js";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { shareTestService } from "#server/testing/open-test-service.js";
import { freshAttention, nextNeedAt, type Attention } from "./attention.js";
import { workOnConnection } from "./work-on-connection.js";

const shared = shareTestService();
const near = { isAirtableNear: true, publicUrl: () => "http://127.0.0.1:8080" };

/** A lab, and what its connection needs. */
async function open(): Promise<{ readonly lab: AirtableLab; readonly attention: Attention }> {
  const lab = await openAirtableLab(shared());
  lab.airtable.deliverNotifications(false);
  return { lab, attention: freshAttention() };
}

async function pass(
  { lab, attention }: Awaited<ReturnType<typeof open>>,
  parts: Partial<AirtableLab["options"]> = {},
): Promise<boolean> {
  const { connection, turn } = await lab.work();
  return workOnConnection(connection, attention, turn, { ...lab.options, ...parts });
}

async function problemIn({ options, connection }: AirtableLab): Promise<NotedProblem | undefined> {
  return (await options.connections.get(connection.id))?.problem;
}

const { processing, pending } = briefStatuses;

describe("the work on a connection", () => {
  it("takes rows in, and writes a few of them when a second has passed", async () => {
    const opened = await open();
    const { lab } = opened;
    const [row = ""] = lab.addRows(3);
    expect(await pass(opened)).toBe(true);
    expect(await pass(opened)).toBe(false);
    expect(lab.cell(row, "status")).toBe(pending);
    lab.clock.ms += 1_000;
    expect(await pass(opened)).toBe(true);
    expect(lab.cell(row, "status")).toBe(processing);
    expect(await pass(opened)).toBe(false);
  });

  it("writes ten rows without waiting", async () => {
    const opened = await open();
    const rows = opened.lab.addRows(10);
    await pass(opened);
    await pass(opened);
    expect(rows.map((row) => opened.lab.cell(row, "status"))).toEqual(rows.map(() => processing));
  });

  it("puts pictures into rows when nothing else is left to be done", async () => {
    const opened = await open();
    const { lab } = opened;
    const rows = lab.addRows(20);
    for (let number = 0; number < 3; number += 1) await pass(opened);
    for (const render of await lab.renders()) await lab.finish(render, plainPng(8, 8));
    await pass(opened);
    await pass(opened);
    expect(rows.map((row) => lab.cell(row, "status"))).toEqual(rows.map(() => briefStatuses.complete));
    expect(rows.map((row) => lab.cell(row, "thumbnail"))).toEqual(rows.map(() => undefined));
    expect(await pass(opened)).toBe(true);
    expect(rows.filter((row) => lab.cell(row, "thumbnail") !== undefined)).toHaveLength(1);
  });

  it("asks Airtable nothing while nothing is due", async () => {
    const opened = await open();
    await pass(opened);
    const { length } = opened.lab.airtable.requests;
    expect(await pass(opened)).toBe(false);
    expect(opened.lab.airtable.requests).toHaveLength(length);
    opened.lab.clock.ms += 10_000;
    await pass(opened);
    expect(opened.lab.airtable.requests).toHaveLength(length + 1);
  });

  it("reads a webhook's news as soon as it is told", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    await pass(opened, near);
    await pass(opened, near);
    lab.addRows(2);
    expect(await pass(opened, near)).toBe(false);
    attention.hasNews = true;
    expect(await pass(opened, near)).toBe(true);
    expect(await lab.renders()).toHaveLength(2);
  });

  it("looks at the table and polls it when a webhook's news may not be all", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    await pass(opened, near);
    await pass(opened, near);
    lab.airtable.renameField(lab.connection.tableId, briefColumns.source, "Video");
    attention.hasNews = true;
    const since = lab.airtable.requests.length;
    for (let number = 0; number < 3; number += 1) await pass(opened, near);
    expect((await lab.work()).connection.columns.source.name).toBe("Video");
    expect(lab.airtable.requests.slice(since).filter(({ path }) => path.endsWith("/listRecords"))).toHaveLength(1);
  });

  it("catches up by the cursor and the poll after notifications were lost, with each row rendered once", async () => {
    const opened = await open();
    const { lab } = opened;
    await pass(opened, near);
    await pass(opened, near);
    lab.addRows(5);
    const next = { lab, attention: freshAttention() };
    for (let number = 0; number < 3; number += 1) await pass(next, near);
    expect(await lab.renders()).toHaveLength(5);
  });
});

describe("a webhook that was just made", () => {
  it("misses no row that asked before it, or between it and its first news", async () => {
    const opened = await open();
    const { lab } = opened;
    lab.addRows(1);
    const { createHook } = (await lab.work()).client;
    const clientOf: AirtableLab["options"]["clientOf"] = (...given) => ({
      ...lab.options.clientOf(...given),
      async createHook(...asked) {
        lab.addRows(1);
        const made = await createHook(...asked);
        lab.addRows(1);
        return made;
      },
    });
    for (let number = 0; number < 3; number += 1) await pass(opened, { ...near, clientOf });
    expect(await lab.renders()).toHaveLength(3);
  });

  it("that Airtable makes no room for is told, while the table is polled", async () => {
    const opened = await open();
    const { lab } = opened;
    const full = { kind: "status", status: 422, body: { error: { type: "TOO_MANY_WEBHOOKS_IN_BASE" } } } as const;
    lab.airtable.failNext(full, { match: (method, path) => method === "POST" && path.endsWith("/webhooks") });
    lab.addRows(1);
    await pass(opened, near);
    expect(await lab.renders()).toHaveLength(1);
    const { problem, lookedAt } = (await lab.options.connections.get(lab.connection.id))!;
    expect([problem, lookedAt]).toMatchObject([{ code: "airtable-table", hint: expect.stringContaining("ten") }, {}]);
    lab.clock.ms += 3_600_000;
    await pass(opened, near);
    expect(await problemIn(lab)).toBeUndefined();
  });
});

describe("a connection that does not work", () => {
  it("has a problem that says what to do, and is left alone for five minutes; then it works again", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    const clientOf = () => {
      throw new UnderstudyError("airtable-token", "The environment variable AIRTABLE_TOKEN is not set.");
    };
    expect(await pass(opened, { clientOf })).toBe(false);
    expect(await problemIn(lab)).toMatchObject({ code: "airtable-token" });
    expect(attention.quietUntil).toBe(300_000);
    await pass(opened, { clientOf });
    const told = shared().lines.filter(({ connectionId }) => connectionId === lab.connection.id);
    expect(told).toMatchObject([{ level: "warn", code: "airtable-token" }]);
    await pass(opened);
    expect(await problemIn(lab)).toBeUndefined();
  });

  it("names the column that is gone, and renders nothing although the others are there", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    await pass(opened);
    lab.airtable.removeField(lab.connection.tableId, briefColumns.source);
    lab.airtable.removeField(lab.connection.tableId, briefColumns.cost);
    lab.clock.ms += 10_000;
    await pass(opened);
    expect(await problemIn(lab)).toMatchObject({
      code: "airtable-table",
      message: expect.stringMatching(/: "Source_Video_URL" \(source\) is missing\.$/),
    });
    lab.airtable.addField(lab.connection.tableId, { name: briefColumns.source, type: "url" });
    expect(attention.mustLook).toBe(true);
    await pass(opened);
    expect(await lab.renders()).toEqual([]);
  });

  it("says when the table is gone, and when the token was revoked", async () => {
    const [tableless, revoked] = [await open(), await open()];
    tableless.lab.airtable.removeTable(tableless.lab.connection.tableId);
    revoked.lab.airtable.revokeToken("patAAAAAAAAAAAAAA.0123456789");
    await pass(tableless);
    await pass(revoked);
    expect(await problemIn(tableless.lab)).toMatchObject({
      code: "airtable-table",
      message: expect.stringContaining("not in the base any more"),
    });
    expect(await problemIn(revoked.lab)).toMatchObject({ code: "airtable-token" });
  });

  it("is asked again soon when Airtable did not answer", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    lab.airtable.failNext({ kind: "lost-request" });
    await pass(opened);
    expect(await problemIn(lab)).toMatchObject({ code: "airtable-unavailable" });
    expect(attention.quietUntil).toBe(1_000);
    await pass(opened);
    expect(await problemIn(lab)).toBeUndefined();
  });

  it("has results that Airtable did not take written when it is asked again, although nothing else is due", async () => {
    const opened = await open();
    const { lab, attention } = opened;
    const [row = ""] = lab.addRows(1);
    await pass(opened);
    await pass(opened);
    lab.airtable.failNext({ kind: "status", status: 503 }, { times: 2 });
    for (const quietMs of [1_000, 2_000]) {
      lab.clock.ms += 1_000;
      await pass(opened);
      expect(nextNeedAt(attention)).toBe(lab.clock.ms + quietMs);
      lab.clock.ms = attention.quietUntil;
    }
    await pass(opened);
    expect(lab.cell(row, "status")).toBe(processing);
  });

  it("still has its results written when its rows cannot be claimed", async () => {
    const opened = await open();
    const { lab } = opened;
    const rows = lab.addRows(10);
    await pass(opened);
    lab.clock.ms += 10_000;
    const claim = () => Promise.reject(new UnderstudyError("forbidden", "The key holds no longer."));
    await pass(opened, { claim });
    lab.addRows(1);
    lab.clock.ms += 10_000;
    await pass(opened, { claim });
    expect(await problemIn(lab)).toMatchObject({ code: "forbidden" });
    expect(rows.map((row) => lab.cell(row, "status"))).toEqual(rows.map(() => processing));
  });

  it("is none when it is the database that does not answer", async () => {
    const opened = await open();
    opened.lab.addRows(1);
    const claim = () => Promise.reject(new UnderstudyError("database-unavailable", "It is away."));
    await expect(pass(opened, { claim })).rejects.toMatchObject({ code: "database-unavailable" });
    expect(await problemIn(opened.lab)).toBeUndefined();
  });
});
