import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AirtableClient, AirtableClientOptions } from "./airtable-client.js";
import { AirtableFailure } from "./airtable-failure.js";
import { createAirtableClient } from "./create-airtable-client.js";

const base = "appAAAAAAAAAAAAAA";
const table = "tblBBBBBBBBBBBBBB";
const record = "recCCCCCCCCCCCCCC";
const field = "fldDDDDDDDDDDDDDD";
const hook = "achEEEEEEEEEEEEEE";
const secret = "c3VwZXIgZHVwZXIgc2VjcmV0";

type Answer =
  | object
  | string
  | { readonly status: number; readonly json?: unknown; readonly headers?: object }
  | "drop";

/** A server that gives these answers in order, the last one for ever, and a client of it. */
async function open(answers: readonly Answer[], options: Partial<AirtableClientOptions> = {}) {
  const asked: { method: string; path: string; authorization: string | undefined; body: unknown }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      asked.push({ method, path, authorization: headers.authorization, body: body && JSON.parse(body) });
      give(answers[Math.min(asked.length, answers.length) - 1], response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const paced: string[] = [];
  const client = createAirtableClient({
    token: "patSecretToken",
    endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    policy: parseAddressPolicy(["loopback"]),
    signal: new AbortController().signal,
    pace: {
      wait: async (baseId) => void paced.push(`wait ${baseId}`),
      hold: async (baseId, milliseconds) => void paced.push(`hold ${baseId} ${milliseconds}`),
    },
    ...options,
  });
  return { client, asked, paced };
}

function give(answer: Answer | undefined, response: ServerResponse): void {
  if (answer === "drop") return void response.destroy();
  if (typeof answer === "string") return void response.end(answer);
  const { status, json, headers } = answer as { status?: number; json?: unknown; headers?: object };
  if (status === undefined) return void response.end(JSON.stringify(answer));
  response.writeHead(status, { ...headers });
  response.end(json === undefined ? "" : JSON.stringify(json));
}

async function failureOf(call: Promise<unknown>): Promise<AirtableFailure> {
  const thrown = await call.then(
    () => new Error("It did not fail."),
    (error: unknown) => error,
  );
  if (thrown instanceof AirtableFailure) return thrown;
  throw thrown;
}

const calls: readonly (readonly [string, (client: AirtableClient) => Promise<unknown>, object, object, unknown])[] = [
  [
    "tables",
    (client) => client.tables(base),
    { tables: [{ id: table, name: "Videos 🎬", primaryFieldId: field, fields: [], views: [] }] },
    { method: "GET", path: `/v0/meta/bases/${base}/tables` },
    [{ id: table, name: "Videos 🎬", fields: [] }],
  ],
  [
    "createTable",
    (client) => client.createTable(base, "Videos", [{ name: "Output", type: "url" }]),
    { id: table, name: "Videos", fields: [{ id: field, name: "Output", type: "url" }] },
    {
      method: "POST",
      path: `/v0/meta/bases/${base}/tables`,
      body: { name: "Videos", fields: [{ name: "Output", type: "url" }] },
    },
    { id: table, name: "Videos", fields: [{ id: field, name: "Output", type: "url" }] },
  ],
  [
    "createField",
    (client) => client.createField(base, table, { name: "Status", type: "singleSelect", options: { choices: [] } }),
    {
      id: field,
      name: "Status",
      type: "singleSelect",
      options: { choices: [{ id: "sel1", name: "Pending", color: "x" }] },
    },
    {
      method: "POST",
      path: `/v0/meta/bases/${base}/tables/${table}/fields`,
      body: { name: "Status", type: "singleSelect", options: { choices: [] } },
    },
    { id: field, name: "Status", type: "singleSelect", options: { choices: [{ name: "Pending" }] } },
  ],
  [
    "listRecords",
    (client) => client.listRecords(base, table, { formula: "{Status}='Pending'", fieldIds: [field], offset: "itr/x" }),
    { records: [{ id: record, createdTime: "x", fields: { [field]: "Pending" } }], offset: "itr/y" },
    {
      method: "POST",
      path: `/v0/${base}/${table}/listRecords`,
      body: {
        fields: [field],
        returnFieldsByFieldId: true,
        filterByFormula: "{Status}='Pending'",
        offset: "itr/x",
      },
    },
    { records: [{ id: record, cells: { [field]: "Pending" } }], offset: "itr/y" },
  ],
  [
    "record",
    (client) => client.record(base, table, record),
    { id: record, fields: {} },
    { method: "GET", path: `/v0/${base}/${table}/${record}?returnFieldsByFieldId=true` },
    { id: record, cells: {} },
  ],
  [
    "updateRecords",
    (client) => client.updateRecords(base, table, [{ id: record, cells: { [field]: null } }]),
    { records: [{ id: record, fields: {} }] },
    {
      method: "PATCH",
      path: `/v0/${base}/${table}`,
      body: { records: [{ id: record, fields: { [field]: null } }], typecast: true },
    },
    undefined,
  ],
  [
    "uploadAttachment",
    (client) =>
      client.uploadAttachment(base, record, field, {
        fileName: "still.jpg",
        mediaType: "image/jpeg",
        bytes: new TextEncoder().encode("picture"),
      }),
    { id: record, fields: { [field]: [{ id: "attFFFFFFFFFFFFFF", url: "https://files.example/1", size: 7 }] } },
    {
      method: "POST",
      path: `/v0/${base}/${record}/${field}/uploadAttachment`,
      body: { contentType: "image/jpeg", filename: "still.jpg", file: "cGljdHVyZQ==" },
    },
    [{ id: "attFFFFFFFFFFFFFF", url: "https://files.example/1" }],
  ],
  [
    "createHook",
    (client) =>
      client.createHook(base, { notificationUrl: "https://video.example/h", tableId: table, fieldIds: [field] }),
    { id: hook, macSecretBase64: secret, expirationTime: "2027-01-08T00:00:00.000Z" },
    {
      method: "POST",
      path: `/v0/bases/${base}/webhooks`,
      body: {
        notificationUrl: "https://video.example/h",
        specification: {
          options: {
            filters: {
              dataTypes: ["tableData", "tableFields"],
              recordChangeScope: table,
              watchDataInFieldIds: [field],
              watchSchemasOfFieldIds: [field],
            },
          },
        },
      },
    },
    { id: hook, macSecretBase64: secret },
  ],
  [
    "refreshHook",
    (client) => client.refreshHook(base, hook),
    { expirationTime: null },
    { method: "POST", path: `/v0/bases/${base}/webhooks/${hook}/refresh` },
    undefined,
  ],
  [
    "hookState",
    (client) => client.hookState(base, hook),
    { webhooks: [{ id: hook, areNotificationsEnabled: false, isHookEnabled: true }] },
    { method: "GET", path: `/v0/bases/${base}/webhooks` },
    { isNotifying: false },
  ],
  [
    "enableNotifications",
    (client) => client.enableNotifications(base, hook),
    { status: 200 },
    { method: "POST", path: `/v0/bases/${base}/webhooks/${hook}/enableNotifications`, body: { enable: true } },
    undefined,
  ],
  [
    "removeHook",
    (client) => client.removeHook(base, hook),
    { status: 204 },
    { method: "DELETE", path: `/v0/bases/${base}/webhooks/${hook}` },
    undefined,
  ],
  [
    "listNews",
    (client) => client.listNews(base, hook, table, 7),
    {
      cursor: 8,
      mightHaveMore: false,
      payloads: [{ changedTablesById: { [table]: { destroyedRecordIds: [record] } } }],
    },
    { method: "GET", path: `/v0/bases/${base}/webhooks/${hook}/payloads?cursor=7&limit=50` },
    { cursor: 8, mightHaveMore: false, changedRecordIds: [], removedRecordIds: [record], isIncomplete: false },
  ],
];

describe("a request to Airtable", () => {
  it.each(calls)("is what %s sends, after its turn, and the answer is read", async (_name, call, json, sent, read) => {
    const { client, asked, paced } = await open([json]);
    expect(await call(client)).toEqual(read);
    expect(asked).toEqual([{ body: "", ...sent, authorization: "Bearer patSecretToken" }]);
    expect(paced).toEqual([`wait ${base}`]);
  });

  it("tells which bases there are, and what the token's user may do in them", async () => {
    const { client, paced, asked } = await open([
      { bases: [{ id: base, name: "Videos 🎬", permissionLevel: "edit" }] },
    ]);
    expect(await client.bases()).toEqual([{ id: base, permissionLevel: "edit" }]);
    expect([asked[0]?.path, paced]).toEqual(["/v0/meta/bases", []]);
  });

  it("about the token itself waits for no base", async () => {
    const { client, paced, asked } = await open([{ id: "usr1", scopes: ["data.records:read"] }, { id: "usr1" }]);
    expect(await client.scopes()).toEqual(["data.records:read"]);
    expect(await client.scopes()).toBeUndefined();
    expect(asked[0]).toMatchObject({ method: "GET", path: "/v0/meta/whoami" });
    expect(paced).toEqual([]);
  });

  it("never begins with something that is no id", async () => {
    const { client, asked } = await open([{ records: [] }]);
    for (const id of ["", "Videos", "tbl/../meta", "recCCC?x=1", "appAAA#"]) {
      expect(await failureOf(client.record(base, table, id))).toMatchObject({ kind: "missing", type: "NOT_AN_ID" });
    }
    expect(asked).toEqual([]);
  });

  it("never begins with a file that Airtable would not take", async () => {
    const { client, asked } = await open([{}]);
    const file = { fileName: "a.jpg", mediaType: "image/jpeg", bytes: new Uint8Array(5 * 2 ** 20 + 1) };
    const failure = await failureOf(client.uploadAttachment(base, record, field, file));
    expect(failure).toMatchObject({ kind: "refused", type: "FILE_TOO_LARGE" });
    expect(asked).toEqual([]);
  });
});

describe("an answer", () => {
  const named = (type: string) => ({ error: { type, message: 'Field "secret-cell" is wrong' } });

  it.each([
    [401, named("AUTHENTICATION_REQUIRED"), "unauthorized", "AUTHENTICATION_REQUIRED"],
    [403, named("INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"), "forbidden", "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND"],
    [404, { error: "NOT_FOUND" }, "missing", "NOT_FOUND"],
    [404, { error: { type: "NOT_FOUND" } }, "missing", "NOT_FOUND"],
    [413, undefined, "refused", "UNNAMED"],
    [422, named("INVALID_VALUE_FOR_COLUMN"), "refused", "INVALID_VALUE_FOR_COLUMN"],
    [422, { error: { type: "secret cell" } }, "refused", "UNNAMED"],
    [422, { errors: [{ error: "SOMETHING_ELSE" }] }, "refused", "SOMETHING_ELSE"],
    [408, undefined, "unavailable", "UNNAMED"],
    [500, undefined, "unavailable", "UNNAMED"],
    [503, named("RETRIABLE_ERROR"), "unavailable", "RETRIABLE_ERROR"],
    [304, undefined, "unavailable", "UNNAMED"],
  ])("of status %d and %j is a failure, %s, without Airtable's message", async (status, json, kind, type) => {
    const { client, asked } = await open([{ status, json }]);
    const failure = await failureOf(client.tables(base));
    expect(failure).toMatchObject({ kind, type, status, message: `Airtable: ${type} (status ${status})` });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["no JSON", "<html>"],
    ["nothing", { status: 200 }],
    ["another shape", { tables: [{ id: table }] }],
    ["an id that would break out of a path", { tables: [{ id: "tbl/../x", name: "a", fields: [] }] }],
  ])("with %s is no answer", async (_what, answer) => {
    const { client } = await open([answer]);
    expect(await failureOf(client.tables(base))).toMatchObject({ kind: "unavailable", type: "UNREADABLE_ANSWER" });
  });

  it("that never comes is a failure that names neither token nor path", async () => {
    const { client } = await open(["drop"]);
    const failure = await failureOf(client.tables(base));
    expect(failure).toMatchObject({ kind: "unavailable", type: "INTERRUPTED", message: "Airtable: INTERRUPTED" });
    expect(`${failure.cause}`).not.toMatch(/patSecret|appAAA/);
  });

  it("beyond 8 MiB is refused, so that a batch is made smaller", async () => {
    const { client } = await open(["x".repeat(8 * 2 ** 20 + 1)]);
    expect(await failureOf(client.tables(base))).toMatchObject({ kind: "refused", type: "TOO_LARGE" });
  });

  it("from an address that may not be asked is not waited for", async () => {
    const { client, asked } = await open([{ tables: [] }], { policy: parseAddressPolicy([]) });
    expect(await failureOf(client.tables(base))).toMatchObject({ kind: "unavailable", type: "ADDRESS_REFUSED" });
    expect(asked).toEqual([]);
  });

  it("may have columns whose options are like nothing we know", async () => {
    const fields = [
      { id: field, name: "A", type: "aiText", options: { prompt: ["x"] } },
      { id: field, name: "B", type: "new", options: "odd" },
    ];
    const { client } = await open([{ tables: [{ id: table, name: "T", fields }] }]);
    const [read] = await client.tables(base);
    expect(read?.fields.map(({ options }) => options)).toEqual([{}, {}]);
  });

  it("tells of a webhook that is switched off, or not there, as of none", async () => {
    const off = { webhooks: [{ id: hook, areNotificationsEnabled: true, isHookEnabled: false }] };
    const { client } = await open([off, { webhooks: [] }]);
    expect(await client.hookState(base, hook)).toBeUndefined();
    expect(await client.hookState(base, hook)).toBeUndefined();
  });

  it("to an upload counts as a success even when it does not say what the cell holds", async () => {
    const { client } = await open([{ id: record, fields: {} }]);
    const file = { fileName: "a.jpg", mediaType: "image/jpeg", bytes: new Uint8Array(1) };
    expect(await client.uploadAttachment(base, record, field, file)).toEqual([]);
  });
});

describe("a penalty", () => {
  const tooMany = { status: 429, json: { errors: [{ error: "RATE_LIMIT_REACHED", message: "Rate limit exceeded." }] } };

  it("holds everybody for 30 seconds, or for as long as Airtable says, and then the request is sent again", async () => {
    const told: (readonly [string, number])[] = [];
    const longer = { ...tooMany, headers: { "retry-after": "45" } };
    const shorter = { status: 429, headers: { "retry-after": "soon" } };
    const { client, asked, paced } = await open([tooMany, longer, shorter, { tables: [] }], {
      onPenalty: (...facts) => void told.push(facts),
    });
    expect(await client.tables(base)).toEqual([]);
    expect(asked).toHaveLength(4);
    const wait = `wait ${base}`;
    expect(paced).toEqual([wait, `hold ${base} 30000`, wait, `hold ${base} 45000`, wait, `hold ${base} 30000`, wait]);
    expect(told.map(([, milliseconds]) => milliseconds)).toEqual([30_000, 45_000, 30_000]);
  });

  it("that lasts until next month is not waited for", async () => {
    const json = { error: { type: "PUBLIC_API_BILLING_LIMIT_EXCEEDED", message: "..." } };
    const { client, paced } = await open([{ status: 429, json }]);
    const failure = await failureOf(client.tables(base));
    expect(failure).toMatchObject({ kind: "unavailable", type: "PUBLIC_API_BILLING_LIMIT_EXCEEDED", status: 429 });
    expect(paced).toEqual([`wait ${base}`]);
  });

  it("for a token alone is a failure", async () => {
    const { client } = await open([tooMany]);
    expect(await failureOf(client.scopes())).toMatchObject({ kind: "unavailable", type: "RATE_LIMIT_REACHED" });
  });
});

describe("whoever stops", () => {
  it("stops a request that is under way, with their own reason", async () => {
    const over = new AbortController();
    const { client } = await open([{ status: 429 }], {
      signal: over.signal,
      onPenalty: () => over.abort(new Error("The service stops.")),
    });
    await expect(client.tables(base)).rejects.toThrow("The service stops.");
  });
});
