import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseAddressPolicy, request } from "@understudy/guarded-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import { clientFor } from "#connectors/airtable/connections/client-for.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { createAttachmentSource } from "#connectors/airtable/rows/attachment-source.js";
import { allScopes } from "#connectors/airtable/testkit/sample.js";
import { openAirtableStandIn } from "#connectors/airtable/testkit/stand-in.js";
import { verifyHookMac } from "./hook-mac.js";

const policy = parseAddressPolicy(["loopback"]);
const { signal } = new AbortController();
const tokenVariable = "AIRTABLE_TOKEN";
const token = "patAAAAAAAAAAAAAA.0123456789";

/** A stand-in with a table of videos, whose clock stands still unless a penalty is waited for, and a client of it. */
async function open({ requestsPerSecond = 1000, scopes = allScopes } = {}) {
  const clock = { ms: Date.parse("2027-01-01T00:00:00.000Z") };
  const airtable = await openAirtableStandIn({ now: () => clock.ms, requestsPerSecond });
  onTestFinished(() => airtable.close());
  airtable.addToken({ token, scopes });
  const base = airtable.addBase({
    tables: [
      {
        name: "סרטונים 🎬",
        fields: [
          { name: "Name", type: "singleLineText" },
          { name: "Status", type: "singleSelect", options: { choices: [{ name: "Pending" }] } },
          { name: "Thumbnail", type: "multipleAttachments" },
        ],
      },
    ],
  });
  const table = base.tables[0]!;
  const held: number[] = [];
  const client = clientFor(
    { tokenVariable },
    {
      env: { [tokenVariable]: token, AIRTABLE_ENDPOINT_URL: airtable.url },
      policy,
      signal,
      pace: {
        wait: async () => undefined,
        async hold(_baseId, milliseconds) {
          held.push(milliseconds);
          clock.ms += milliseconds;
        },
      },
    },
  );
  const { Name: name = "", Status: status = "", Thumbnail: thumbnail = "" } = table.fields;
  return { airtable, client, clock, held, baseId: base.id, tableId: table.id, name, status, thumbnail };
}

const picture = { fileName: "still.jpg", mediaType: "image/jpeg", bytes: new Uint8Array([1, 2, 3]) };

describe("a client of Airtable, at the stand-in,", () => {
  it("reads tables, and makes tables and columns", async () => {
    const { client, baseId, tableId, status } = await open();
    expect(await client.scopes()).toBeUndefined();
    const [table] = await client.tables(baseId);
    expect(table).toMatchObject({ id: tableId, name: "סרטונים 🎬" });
    expect(table?.fields.find(({ id }) => id === status)?.options?.choices).toEqual([{ name: "Pending" }]);
    const field = await client.createField(baseId, tableId, { name: "Output", type: "url" });
    const more = await client.createTable(baseId, "More", [{ name: "Name", type: "singleLineText" }]);
    const tables = await client.tables(baseId);
    expect(tables.map(({ name }) => name)).toEqual(["סרטונים 🎬", "More"]);
    expect(tables[0]?.fields).toContainEqual(field);
    expect(tables[1]).toEqual(more);
  });

  it("lists what a formula names, page by page, with the columns that it wants", async () => {
    const { airtable, client, baseId, tableId, status } = await open();
    const rows = Array.from({ length: 130 }, (_, i) => ({ Name: `Row ${i}`, Status: i < 120 ? "Pending" : null }));
    const ids = airtable.addRecords(tableId, rows);
    const query = { formula: "{Status}='Pending'", fieldIds: [status] };
    const first = await client.listRecords(baseId, tableId, query);
    const second = await client.listRecords(baseId, tableId, { ...query, offset: first.offset ?? "" });
    expect([first.records.length, second.records.length, second.offset]).toEqual([100, 20, undefined]);
    const listed = [...first.records, ...second.records];
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.slice(0, 120).sort());
    expect(listed[0]?.cells).toEqual({ [status]: "Pending" });
  });

  it("changes rows, all or none, and makes the choices that are not there", async () => {
    const { airtable, client, baseId, tableId, name, status } = await open();
    const [one = "", two = ""] = airtable.addRecords(tableId, [{ Name: "One" }, { Name: "Two" }]);
    const failed = { [status]: "\u{1F6A9} Failed" };
    await client.updateRecords(baseId, tableId, [
      { id: one, cells: { ...failed, [name]: null } },
      { id: two, cells: failed },
    ]);
    expect(await client.record(baseId, tableId, one)).toEqual({ id: one, cells: failed });
    expect(await client.record(baseId, tableId, two)).toEqual({ id: two, cells: { ...failed, [name]: "Two" } });
    airtable.deleteRecord(tableId, two);
    const again = [one, two].map((id) => ({ id, cells: { [status]: "Pending" } }));
    await expect(client.updateRecords(baseId, tableId, again)).rejects.toMatchObject({
      kind: "refused",
      type: "ROW_DOES_NOT_EXIST",
    });
    expect(airtable.record(tableId, one)?.fields).toEqual({ Status: "\u{1F6A9} Failed" });
  });

  it("adds a file to a cell, and finds the address of one that holds until it is asked again", async () => {
    const { airtable, client, clock, baseId, tableId, thumbnail } = await open();
    const recordId = airtable.addRecord(tableId, { Name: "One" });
    const [attachment] = await client.uploadAttachment(baseId, recordId, thumbnail, picture);
    const connection = { baseId, tableId, tokenVariable } as AirtableConnection;
    const source = createAttachmentSource({ connections: { get: async () => connection }, clientOf: () => client });
    const reference = {
      kind: "airtable",
      connectionId: "airtable_1",
      recordId,
      fieldId: thumbnail,
      attachmentId: attachment?.id ?? "",
    } as const;
    const url = await source.urlOf(reference, signal);
    expect((await request(url, { policy })).body).toEqual(Buffer.from(picture.bytes));
    clock.ms += 3 * 60 * 60_000;
    expect((await request(url, { policy })).status).not.toBe(200);
    const fresh = await source.urlOf(reference, signal);
    expect((await request(fresh, { policy })).body).toEqual(Buffer.from(picture.bytes));
    airtable.removeField(tableId, thumbnail);
    await expect(source.urlOf(reference, signal)).rejects.toMatchObject({ code: "artifact-missing" });
  });

  it("lives through the life of a webhook", async () => {
    const { airtable, client, baseId, tableId, name, status } = await open();
    const notified: { mac: string | undefined; body: Buffer }[] = [];
    const receiver = createServer((message, answer) => {
      const chunks: Buffer[] = [];
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => {
        const mac = message.headers["x-airtable-content-mac"] as string | undefined;
        notified.push({ mac, body: Buffer.concat(chunks) });
        answer.writeHead(204).end();
      });
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    const notificationUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const hook = await client.createHook(baseId, { notificationUrl, tableId, fieldIds: [status] });

    const [kept = "", gone = ""] = airtable.addRecords(tableId, [{ Name: "One" }, { Name: "Two" }]);
    airtable.editRecord(tableId, kept, { Status: "Pending" });
    airtable.editRecord(tableId, kept, { Name: "Not watched" });
    airtable.deleteRecord(tableId, gone);
    await airtable.notificationsSettled();
    expect(notified.length).toBeGreaterThan(0);
    expect(notified.every(({ mac, body }) => verifyHookMac(body, mac, hook.macSecretBase64))).toBe(true);
    const { cursor, ...said } = await client.listNews(baseId, hook.id, tableId, 1);
    expect(said).toEqual({
      mightHaveMore: false,
      changedRecordIds: [kept],
      removedRecordIds: [gone],
      isIncomplete: false,
    });
    const none = { changedRecordIds: [], removedRecordIds: [] };
    expect(await client.listNews(baseId, hook.id, tableId, cursor)).toMatchObject(none);

    expect(await client.hookState(baseId, hook.id)).toEqual({ isNotifying: true });
    await client.enableNotifications(baseId, hook.id);
    await client.refreshHook(baseId, hook.id);

    airtable.removeField(tableId, name);
    airtable.removeField(tableId, status);
    const last = await client.listNews(baseId, hook.id, tableId, cursor);
    expect(last).toMatchObject({ ...none, isIncomplete: true });
    expect(await client.hookState(baseId, hook.id)).toBeUndefined();
    await client.removeHook(baseId, hook.id);
    await expect(client.listNews(baseId, hook.id, tableId, 1)).rejects.toMatchObject({ kind: "missing" });
  });

  it("waits for the end of a penalty that one request too many began", async () => {
    const { airtable, client, baseId, held } = await open({ requestsPerSecond: 5 });
    for (let i = 0; i < 6; i += 1) await client.tables(baseId);
    expect(held).toEqual([30_000]);
    expect(airtable.requests.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 200]);
  });

  it("learns what is wrong with a token, a table, a row, a column or the connection", async () => {
    const { airtable, client, baseId, tableId, name } = await open({ scopes: ["data.records:read"] });
    const recordId = airtable.addRecord(tableId, { Name: "One" });
    const list = (formula?: string) =>
      client.listRecords(baseId, tableId, { fieldIds: [name], ...(formula && { formula }) });
    await expect(client.tables(baseId)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(client.record(baseId, tableId, "rec00000000000000")).rejects.toMatchObject({ kind: "missing" });
    await expect(client.record("app00000000000000", tableId, recordId)).rejects.toMatchObject({ kind: "forbidden" });
    await expect(list("{Nope}=1")).rejects.toMatchObject({ kind: "refused", type: "INVALID_FILTER_BY_FORMULA" });
    airtable.failNext({ kind: "lost-answer" });
    await expect(list()).rejects.toMatchObject({ kind: "unavailable", type: "INTERRUPTED" });
    airtable.failNext({ kind: "status", status: 503, body: "busy" });
    await expect(list()).rejects.toMatchObject({ kind: "unavailable", status: 503 });
    expect((await list()).records).toHaveLength(1);
    airtable.revokeToken(token);
    await expect(list()).rejects.toMatchObject({ kind: "unauthorized" });
  });
});
