import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPostgresStore } from "@understudy/runpod/endpoint";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createPostgresAuditLog } from "#audit/postgres-audit-log.js";
import { sampleEvent } from "#audit/testing/describe-audit-log.js";
import { prepareJobTables } from "#jobs/prepare-job-tables.js";
import { createPool } from "#postgres/create-pool.js";
import { sqlOf, type Database } from "#postgres/database.js";
import { describeSchema } from "#postgres/describe-schema.js";
import { openTestDatabase } from "#postgres/testing/test-database.js";
import { hasDebianServer, startDebianServer, type DebianServer } from "#testing/service-lab/debian-server.js";
import { exportDatabase } from "./export-database.js";
import { importDatabase } from "./import-database.js";

const isThere = await hasDebianServer();
const { signal } = new AbortController();
const options = { prepareJobTables, signal, onProgress: () => undefined, madeBy: "test", replaces: false };

describe.skipIf(!isThere)("moving a database between PostgreSQL 18 and Debian's 15", () => {
  let folder = "";
  let server: DebianServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-move-"));
    await chmod(folder, 0o711);
    server = await startDebianServer(folder);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("goes there and back, and every row is the same", async () => {
    const source = await openTestDatabase();
    await fill(source);
    const content = await contentOf(source);
    const files = join(folder, "files");
    await mkdir(files);
    const pool = createPool({ connectionString: server.url });
    onTestFinished(() => pool.end());
    const debian: Database = {
      pool,
      connection: { connectionString: server.url },
      url: server.url,
      close: async () => undefined,
    };
    expect((await pool.query<{ server_version: string }>("show server_version")).rows[0]?.server_version).toMatch(
      /^15/,
    );

    await exportDatabase(source, join(files, "there"), options);
    await importDatabase(debian, join(files, "there"), options);
    expect(await contentOf(debian)).toEqual(content);
    expect(await describeSchema(sqlOf(pool))).toBe(await describeSchema(sqlOf(source.pool)));
    expect(await createPostgresAuditLog(pool).verify()).toMatchObject({ whole: true, lines: 50 });

    const back = await openTestDatabase();
    await exportDatabase(debian, join(files, "back"), options);
    await importDatabase(back, join(files, "back"), options);
    expect(await contentOf(back)).toEqual(content);
  });
});

/** Rows in all three schemas, with jobs in the tables of the jobs' engine as it makes them itself. */
async function fill({ pool, url }: Database): Promise<void> {
  const log = createPostgresAuditLog(pool);
  for (let number = 1; number <= 50; number += 1)
    await log.append(sampleEvent(number), new Date("2026-01-01T00:00:00Z"));
  await pool.query(
    "insert into understudy.api_key (id, owner_id, name, scopes, key_sha256, created_at) values ('key_1', 'owner_1', 'a', '{jobs,\"b,c\"}', '\\x00ff', '2026-01-01 00:00:00.123456+02')",
  );
  await pool.query(
    "insert into understudy.api_key (id, owner_id, name, scopes, key_sha256, created_at, rotated_from) values ('key_0', 'owner_1', 'b', '{}', '\\x01', 'infinity', 'key_1')",
  );
  await pool.query(
    "insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at) select 'render_' || n, 'owner_1', 'key_1', 'queued', jsonb_build_object('text', repeat('ü\\', n), 'number', n / 7.0), n, now(), now() from generate_series(1, 500) n",
  );
  await pool.query("insert into understudy.render_event select id, 1, 'queued', '{}', now() from understudy.render");
  await prepareJobTables(url);
  await pool.query(
    "insert into dbos.workflow_status (workflow_uuid, status, name, created_at, updated_at) select 'w' || n, 'PENDING', 'render', 1, 1 from generate_series(1, 20) n",
  );
  await pool.query(
    "insert into dbos.operation_outputs (workflow_uuid, function_id, function_name, output) select workflow_uuid, 0, 'child', E'{\"a\":\"\\\\n\"}' from dbos.workflow_status",
  );
  const store = await createPostgresStore(pool);
  await pool.query(
    "insert into understudy_endpoint.job (endpoint_id, id, input, low_priority, execution_timeout_ms, expires_at, keep_result_ms, created_at, remove_at) select 'e', n::text, repeat('x', 100000), false, 0.1, 1e300, 'NaN', 1, 1 from generate_series(1, 20) n",
  );
  await pool.query(
    "insert into understudy_endpoint.chunk (endpoint_id, job_id, output) select 'e', id, id from understudy_endpoint.job",
  );
  await store.close();
}

/** What every table holds, as one hash a table. */
async function contentOf({ pool }: Database): Promise<Record<string, unknown>> {
  const tables = await pool.query<{ name: string }>(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('understudy', 'dbos', 'understudy_endpoint') and table_name <> 'migration' order by 1",
  );
  const content: Record<string, unknown> = {};
  for (const { name } of tables.rows) {
    const text = `select count(*)::integer as rows, md5(coalesce(string_agg(t::text, '|' order by t::text collate "C"), '')) as hash from ${name} t`;
    content[name] = (await pool.query(text)).rows[0];
  }
  return content;
}
