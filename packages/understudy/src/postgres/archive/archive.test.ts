import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresStore } from "@understudy/runpod/endpoint";
import { Client } from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { sampleRecord } from "#records/testing/sample-record.js";
import { createPostgresAuditLog } from "#audit/postgres-audit-log.js";
import { sampleEvent } from "#audit/testing/describe-audit-log.js";
import { createPostgresRenderRecords } from "#records/postgres-render-records.js";
import type { Database } from "#postgres/database.js";
import { openTestDatabase, shareTestDatabase } from "#postgres/testing/test-database.js";
import { exportDatabase } from "./export-database.js";
import { importDatabase } from "./import-database.js";

const ownerId = "owner_0000000000000001";
const { signal } = new AbortController();

/** Stands for the tables of the jobs' engine, with what is hard in them: identities, generated columns, references. */
const jobTables = `
  create schema if not exists dbos;
  create table if not exists dbos.dbos_migrations (version bigint primary key);
  insert into dbos.dbos_migrations values (7) on conflict do nothing;
  create table if not exists dbos.b_workflow (id text primary key, at double precision, twice double precision generated always as (at * 2) stored);
  create table if not exists dbos.a_step (number bigint generated always as identity primary key, workflow text references dbos.b_workflow, output text, "offset" integer)`;

async function prepareJobTables(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(jobTables);
  await client.end();
}

const options = { prepareJobTables, signal, onProgress: () => undefined, madeBy: "1.2.3", replaces: false };

/** What is hard to write down as text. */
const oddTexts = ["", "\\.", "\\N", "tab\there", "two\nlines\r\n", "back\\slash", "ünïcödé 🎬", "\u0001", " "];

/** Puts something into all three schemas. */
async function fill({ pool, url }: Database): Promise<void> {
  await createPostgresRenderRecords(pool, ownerId).start(sampleRecord());
  const log = createPostgresAuditLog(pool);
  for (const number of [1, 2, 3]) await log.append(sampleEvent(number), new Date("2026-01-01T00:00:00.123Z"));
  await pool.query("insert into understudy.secret values ('key', '\\x00ff0a5c')");
  await prepareJobTables(url);
  await pool.query("insert into dbos.b_workflow values ('w', 0.1), ('none', null)");
  await pool.query("insert into dbos.a_step (workflow, output) select 'w', unnest($1::text[])", [oddTexts]);
  const store = await createPostgresStore(pool);
  await pool.query("select nextval('understudy_endpoint.job_place')");
  await store.close();
}

/** Every row of every table, as text. */
async function contentOf({ pool }: Database): Promise<Record<string, unknown>> {
  const tables = await pool.query<{ name: string }>(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('understudy', 'dbos', 'understudy_endpoint') and table_name <> 'migration' order by 1",
  );
  const content: Record<string, unknown> = {};
  for (const { name } of tables.rows) {
    content[name] = (await pool.query(`select t::text as row from ${name} t order by 1`)).rows;
  }
  return content;
}

const [sourceOf, emptyOf] = [shareTestDatabase(), shareTestDatabase()];
let folder = "";
let path = "";
let content: Record<string, unknown> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-archive-"));
  path = join(folder, "all");
  await fill(sourceOf());
  content = await contentOf(sourceOf());
  await exportDatabase(sourceOf(), path, options);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file with other bytes than the export's. */
async function changed(change: (bytes: Buffer) => Buffer): Promise<string> {
  const other = join(folder, "changed");
  await writeFile(other, change(await readFile(path)));
  return other;
}

const rowsIn = async ({ pool }: Database): Promise<number | null> =>
  (await pool.query("select from understudy.secret union all select from understudy.audit_line")).rowCount;

test("an export is one private file, and an import of it makes all rows again, with numbers that go on", async () => {
  expect([(await stat(path)).mode & 0o777, await readdir(folder)]).toEqual([0o600, ["all"]]);
  const target = await openTestDatabase();
  const header = await importDatabase(target, path, options);
  expect(header.schemas.map(({ name }) => name)).toEqual(["understudy", "dbos", "understudy_endpoint"]);
  expect(await contentOf(target)).toEqual(content);
  expect(await createPostgresAuditLog(target.pool).verify()).toMatchObject({ whole: true, lines: 3 });
  const next = "insert into dbos.a_step (output) values ('next') returning number::integer";
  expect((await target.pool.query(next)).rows).toEqual([{ number: oddTexts.length + 1 }]);
  const place = "select nextval('understudy_endpoint.job_place')::integer as place";
  expect((await target.pool.query(place)).rows).toEqual([{ place: 2 }]);
});

test("rows that are there are kept, unless they may be replaced", async () => {
  const target = await openTestDatabase();
  await target.pool.query("insert into understudy.secret values ('other', '')");
  await expect(importDatabase(target, path, options)).rejects.toMatchObject({
    code: "output-exists",
    message: "There is something in the database already, in understudy.secret.",
  });
  expect((await target.pool.query("select name from understudy.secret")).rows).toEqual([{ name: "other" }]);
  await importDatabase(target, path, { ...options, replaces: true });
  expect(await contentOf(target)).toEqual(content);
});

test("tables that others refer to, or that a trigger changes, come through as they were, and the trigger with them", async () => {
  const [source, target] = [await openTestDatabase(), await openTestDatabase()];
  await source.pool.query(`
    insert into understudy.api_key (id, owner_id, name, scopes, key_sha256, created_at) values ('key', 'o', 'n', '{}', '', now());
    insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at)
      values ('render', 'o', 'key', 'finished', '{}', 0, now(), now());
    insert into understudy.airtable_connection
      (id, owner_id, api_key_id, base_id, table_id, table_name, token_variable, columns, consent, created_at)
      values ('airtable', 'o', 'key', 'app', 'tbl', 'Videos', 'AIRTABLE_TOKEN', '{}', '{}', now());
    insert into understudy.airtable_row (connection_id, record_id, render_id, change) values ('airtable', 'rec', 'render', 3)`);
  const other = join(folder, "airtable");
  onTestFinished(() => rm(other));
  await exportDatabase(source, other, options);
  await importDatabase(target, other, options);
  expect(await contentOf(target)).toEqual(await contentOf(source));
  await target.pool.query("update understudy.render set outputs_removed_at = now()");
  const { rows } = await target.pool.query("select change::integer from understudy.airtable_row");
  expect(rows).toEqual([{ change: 4 }]);
});

/** With the hash that fits the changed content. */
function resealed(text: string): Buffer {
  const content = text.slice(0, text.lastIndexOf("sha256"));
  return Buffer.from(`${content}sha256 ${createHash("sha256").update(content).digest("hex")}\n`);
}

test.each<[string, (bytes: Buffer) => Buffer, string]>([
  ["an empty file", () => Buffer.alloc(0), "ends too early"],
  ["something else", () => Buffer.from("hello\n"), "does not begin like an export"],
  ["an endless first line", () => Buffer.alloc(2_000_000, "x"), "does not begin and end like an export"],
  ["a file that was cut", (bytes) => bytes.subarray(0, bytes.length - 200), "ends too early"],
  ["a file without its last line", (bytes) => bytes.subarray(0, bytes.lastIndexOf("sha256")), "ends too early"],
  ["a file with something behind it", (bytes) => Buffer.concat([bytes, Buffer.from("x")]), "was changed"],
  [
    "a file with one byte changed",
    (bytes) => Buffer.from(bytes.toString("latin1").replace("\nkey\t", "\nKey\t"), "latin1"),
    "was changed",
  ],
  [
    "a table's name that is no name",
    (bytes) => resealed(bytes.toString().replace('"name":"secret"', '"name":"secret;--"')),
    "does not begin like an export",
  ],
  [
    "rows that do not fit",
    (bytes) => resealed(bytes.toString().replace("\\\\x00ff0a5c", "\\\\xzz")),
    "has rows that do not fit into understudy.secret (22023)",
  ],
  [
    "rows that end before their time",
    (bytes) => resealed(bytes.toString().replace(/\nkey\t.*/, "\n\\.")),
    "has another number of rows for understudy.secret",
  ],
  [
    "a column that is not there",
    (bytes) => resealed(bytes.toString().replace('"value"]', '"worth"]')),
    "whose tables in understudy are not those of this one",
  ],
])("of %s nothing is imported", async (_what, change, problem) => {
  await expect(importDatabase(emptyOf(), await changed(change), options)).rejects.toThrow(problem);
  expect(await rowsIn(emptyOf())).toBe(0);
});

test("a file that is replaced between the two looks at it is not imported", async () => {
  const other = await changed((bytes) => bytes);
  const prepare = async (url: string) => {
    await prepareJobTables(url);
    await writeFile(other, resealed((await readFile(path, "utf8")).replace("\nkey\t", "\nyek\t")));
  };
  const refused = importDatabase(emptyOf(), other, { ...options, prepareJobTables: prepare });
  await expect(refused).rejects.toThrow("changed while it was read");
  expect(await rowsIn(emptyOf())).toBe(0);
});

test("the file of another release is refused, with its version", async () => {
  const other = await changed((bytes) =>
    resealed(bytes.toString().replace('"migrations":["7"]', '"migrations":["8"]')),
  );
  await expect(importDatabase(emptyOf(), other, options)).rejects.toMatchObject({
    code: "database-unavailable",
    message: "The file was made by release 1.2.3, whose tables in dbos are not those of this one.",
  });
});

test("a database that a service uses is exported with a remark, and not imported into", async () => {
  const service = new Client({ ...sourceOf().connection, application_name: "understudy" });
  await service.connect();
  onTestFinished(() => service.end());
  const second = join(folder, "second");
  expect(await exportDatabase(sourceOf(), second, options)).toMatchObject({ isInUse: true });
  const refused = importDatabase(sourceOf(), path, { ...options, replaces: true });
  await expect(refused).rejects.toMatchObject({ code: "bad-usage" });
});

test("an export is all of one moment, whatever is written meanwhile", async () => {
  const { pool } = sourceOf();
  const moment = join(folder, "moment");
  let written: Promise<unknown> | undefined;
  const onProgress = () => void (written ??= pool.query("insert into understudy.secret values ('late', '')"));
  await exportDatabase(sourceOf(), moment, { ...options, onProgress });
  await written;
  await pool.query("delete from understudy.secret where name = 'late'");
  expect(await readFile(moment)).toEqual(await readFile(path));
});

test("a file is not written over another one, nor into a folder that is not there", async () => {
  await expect(exportDatabase(sourceOf(), path, options)).rejects.toMatchObject({ code: "output-exists" });
  const nowhere = exportDatabase(sourceOf(), join(folder, "none", "x"), options);
  await expect(nowhere).rejects.toMatchObject({ code: "output-write-failed" });
});

test.each(["check", "import"])("a stop while it is at %s leaves nothing in the database", async (stage) => {
  const controller = new AbortController();
  const onProgress = (event: { readonly stage: string }) => {
    if (event.stage === stage) controller.abort(new Error("stopped"));
  };
  const stopped = importDatabase(emptyOf(), path, { ...options, signal: controller.signal, onProgress });
  await expect(stopped).rejects.toThrow("stopped");
  expect(await rowsIn(emptyOf())).toBe(0);
});

test("a stop while it exports leaves no file", async () => {
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("stopped"));
  const before = await readdir(folder);
  const stopped = exportDatabase(sourceOf(), join(folder, "stopped"), {
    ...options,
    signal: controller.signal,
    onProgress,
  });
  await expect(stopped).rejects.toThrow("stopped");
  expect(await readdir(folder)).toEqual(before);
});
