import { UnderstudyError } from "@understudy/render";
import { expect, it } from "vitest";
import type { AirtableTable } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import {
  createFakeAirtable,
  fakeBaseId,
  fakeTable,
  usualFields,
  type FakeAirtableOptions,
} from "#connectors/airtable/testing/fake-airtable.js";
import { sampleConnection } from "#connectors/airtable/testing/sample-rows.js";
import { checkConnection } from "./check-connection.js";
import { mapColumns } from "./columns.js";
import type { AirtableConnection, MappedColumns } from "./connection.js";

const now = new Date("2027-01-01T00:00:00.000Z");
const table = fakeTable("Videos 🎬");
const key = {
  keyId: "key_1",
  ownerId: "owner_1",
  name: "airtable",
  scopes: [],
  createdAt: now,
  requestsPerMinute: 1,
  rendersAtOnce: 1,
};

const hook = {
  id: "ach00000000000001",
  macSecretBase64: "secret",
  cursor: 1,
  notificationUrl: "https://render.example/hooks/airtable/1?secret",
  fieldIds: [],
  refreshedAt: now,
};

function connectionTo({ id, name, fields }: AirtableTable, more: Partial<AirtableConnection> = {}): AirtableConnection {
  const columns = mapColumns(fields, {}).columns as MappedColumns;
  return sampleConnection(key, { baseId: fakeBaseId, tableId: id, tableName: name, columns, ...more });
}

/** Checks a connection at a base. @param revokedAt of its key. */
async function check(connection: AirtableConnection, options: FakeAirtableOptions = {}, revokedAt?: Date) {
  const { client } = createFakeAirtable({ tables: [table], ...options });
  const keys = { get: async () => ({ ...key, ...(revokedAt !== undefined && { revokedAt }) }) };
  return checkConnection(connection, { clientOf: () => client, keys, now: () => now });
}

const summary = (findings: Awaited<ReturnType<typeof check>>) => findings.map(({ id, level }) => `${id} ${level}`);

const allOk = ["airtable-key ok", "airtable-token ok", "airtable-table ok", "airtable-webhook ok"];

it("everything is as it should be, with a webhook and without, under new names, too", async () => {
  expect(summary(await check(connectionTo(table)))).toEqual(allOk);
  expect(summary(await check(connectionTo(table, { hook }), { hooks: { [hook.id]: true } }))).toEqual(allOk);
  const renamed = { ...table, name: "Clips", fields: table.fields.map((field) => ({ ...field, name: field.id })) };
  expect(summary(await check(connectionTo(table), { tables: [renamed] }))).toEqual(allOk);
});

it.each([
  ["gone", {}, "The webhook is gone at Airtable."],
  ["silent", { [hook.id]: false }, "Airtable gave up telling of changes."],
])(
  "a webhook that is %s is a warning, which tells neither its secret nor its whole address",
  async (_, hooks, what) => {
    const findings = await check(connectionTo(table, { hook }), { hooks });
    expect(summary(findings)).toEqual([...allOk.slice(0, 3), "airtable-webhook warning"]);
    expect(findings.at(-1)).toMatchObject({ what, remedy: expect.stringContaining("https://render.example is") });
    expect(JSON.stringify(findings)).not.toContain("secret");
  },
);

it("a key that was revoked is an error; Airtable is asked all the same", async () => {
  expect(summary(await check(connectionTo(table), {}, now))).toEqual(["airtable-key error", ...allOk.slice(1)]);
});

it("a table that is gone, or has lost a column, is an error", async () => {
  expect((await check(connectionTo(table), { tables: [] })).find(({ level }) => level === "error")).toMatchObject({
    id: "airtable-table",
    evidence: '"Videos 🎬" of app00000000000001, airtable_0000000000000001',
  });
  const fields = table.fields.map((field) => (field.name === "Status" ? { ...field, type: "checkbox" } : field));
  const findings = await check(connectionTo(table), { tables: [{ ...table, fields: fields.slice(1) }] });
  expect(findings.find(({ level }) => level === "error")?.what).toMatch(
    /^The table cannot be used: "Source_Video_URL" \(source\) is missing\. "Status" \(status\) is checkbox, /,
  );
});

it("a column that is not needed and was lost is a warning", async () => {
  const fields = table.fields.filter(({ name }) => name !== "Thumbnail");
  const findings = await check(connectionTo(table), { tables: [{ ...table, fields }] });
  expect(findings.filter(({ level }) => level !== "ok")).toMatchObject([
    { id: "airtable-columns", level: "warning", evidence: '"Thumbnail" (thumbnail) is missing' },
  ]);
});

it("a choice that the status lacks is a warning, and an error where the token's user cannot add it", async () => {
  const status = { name: "Status", type: "singleSelect", options: { choices: [{ name: "Pending" }] } };
  const poor = fakeTable("Videos", [...usualFields.filter(({ name }) => name !== "Status"), status]);
  const findings = await check(connectionTo(poor), { tables: [poor] });
  expect(findings.filter(({ level }) => level !== "ok")).toMatchObject([
    { id: "airtable-choices", level: "warning", evidence: 'no "Processing", "Complete", "\u{1F6A9} Failed"' },
  ]);
  // Nobody would add them: rows would be rendered and never be told.
  const byEditor = await check(connectionTo(poor), { tables: [poor], level: "edit" });
  expect(byEditor.find(({ id }) => id === "airtable-choices")).toMatchObject({ level: "error" });
});

it.each([
  ["no rights to read rows", { lacks: ["data.records:read"] }, "airtable-token"],
  [
    "a token that Airtable does not know",
    { failure: new AirtableFailure("unauthorized", "UNAUTHORIZED", 401) },
    "airtable-token",
  ],
  ["a scope that Airtable says is missing", { told: ["schema.bases:read"] }, "airtable-token"],
  ["a token whose user may only read", { level: "read" }, "airtable-token"],
  ["a token without access to the base", { level: undefined }, "airtable-token"],
  ["no answer", { failure: new AirtableFailure("unavailable", "NO_ANSWER") }, "airtable-unavailable"],
] satisfies [string, FakeAirtableOptions, string][])("%s is an error with its remedy", async (_, options, id) => {
  const error = (await check(connectionTo(table), options)).find(({ level }) => level === "error");
  expect(error).toMatchObject({ id, remedy: expect.stringMatching(/./) });
});

it("a token that is not there is an error", async () => {
  const clientOf = () => {
    throw new UnderstudyError("airtable-token", "The environment variable AIRTABLE_TOKEN is not set.");
  };
  const findings = await checkConnection(connectionTo(table), {
    clientOf,
    keys: { get: async () => undefined },
    now: () => now,
  });
  expect(summary(findings)).toEqual(["airtable-key error", "airtable-token error"]);
});

it("a stop is no finding", async () => {
  const clientOf = () => {
    throw new UnderstudyError("cancelled", "Stopped by Ctrl-C.");
  };
  const world = { clientOf, keys: { get: async () => undefined }, now: () => now };
  await expect(checkConnection(connectionTo(table), world)).rejects.toMatchObject({ code: "cancelled" });
});

it("what the service met is a warning while the check finds nothing else", async () => {
  const problem = {
    code: "airtable-unavailable",
    message: "Airtable does not answer.",
    hint: "Wait.",
    since: now,
  } as const;
  const findings = await check(connectionTo(table, { problem }));
  expect(findings.at(-1)).toMatchObject({
    id: "airtable-problem",
    level: "warning",
    evidence: "airtable-unavailable since 2027-01-01T00:00:00.000Z: Airtable does not answer.",
  });
  expect(summary(await check(connectionTo(table, { problem }), { tables: [] }))).not.toContain(
    "airtable-problem warning",
  );
});
