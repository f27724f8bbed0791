import type { SqlClient, SqlPool } from "./sql-pool.js";

/** What a schema may be called: no name that needs quotes, and short enough for the names of statements built from it. */
const schemaPattern = /^[a-z_][a-z0-9_]{0,39}$/;

/** Any two programs that bring a schema up to date take turns by this advisory lock: "runpod", in ASCII. */
const migrationLock = "125816848117604";

/**
 * Brings the tables of a schema up to date; makes them where there are none. Safe when many programs do it at once.
 * @throws when the name is unfit, or when a newer program has been here.
 */
export async function migrate(pool: SqlPool, schema: string): Promise<void> {
  if (!schemaPattern.test(schema)) {
    throw new Error("A schema's name has 1 to 40 characters out of a-z, 0-9 and _, and begins with no digit.");
  }
  const client = await pool.connect();
  let isDone = false;
  try {
    await client.query({ text: "begin" });
    await client.query({ text: "select pg_advisory_xact_lock($1::bigint)", values: [migrationLock] });
    await runMissing(client, schema);
    await client.query({ text: "commit" });
    isDone = true;
  } finally {
    client.release(!isDone);
  }
}

async function runMissing(client: SqlClient, schema: string): Promise<void> {
  const run = (text: string) => client.query({ text });
  await run("set local client_min_messages = warning");
  await run(`create schema if not exists ${schema}`);
  await run(`create table if not exists ${schema}.migration (number integer primary key)`);
  const { rows } = await run(`select coalesce(max(number), 0)::integer as number from ${schema}.migration`);
  const present = Number(rows[0]?.["number"]);
  if (present > migrations.length) {
    throw new Error(`The schema ${schema} was made by a newer version of this program. Update this one.`);
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < present) continue;
    await run(migration(schema));
    await run(`insert into ${schema}.migration values (${index + 1})`);
  }
}

/**
 * Numbered from 1 by their place; one that was released never changes. Times are milliseconds as `double precision`, which
 * holds every JavaScript number as it is. Texts are `text`: `jsonb` holds no \u0000, and does not keep JSON as it was written.
 *
 * Indexes are few and partial, because taking and ending a job writes all of them. Of those that hold every job, only the
 * primary key begins with the endpoint: on a table without statistics, a kept plan would search another one as gladly for an id,
 * and read all jobs of the endpoint. A sign of life changes no indexed column, and the rows leave room for it on their page. Large texts lie outside the row, uncompressed (most are base64), and are not
 * written again when the row is.
 */
const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
create sequence ${schema}.job_place;

create table ${schema}.job (
  endpoint_id text collate "C" not null,
  id text collate "C" not null,
  place bigint not null default nextval('${schema}.job_place'),
  status text collate "C" not null default 'IN_QUEUE',
  input text not null,
  webhook text,
  passed_on text,
  low_priority boolean not null,
  execution_timeout_ms double precision not null,
  expires_at double precision not null,
  keep_result_ms double precision not null,
  output text,
  error text,
  created_at double precision not null,
  started_at double precision,
  finished_at double precision,
  worker_id text collate "C",
  lease_until double precision,
  attempts integer not null default 0,
  takeovers integer not null default 0,
  idempotency_key text collate "C",
  remove_at double precision not null,
  chunk_bytes bigint not null default 0,
  webhook_due_at double precision,
  webhook_attempts integer not null default 0,
  webhook_is_claimed boolean not null default false,
  primary key (endpoint_id, id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

alter table ${schema}.job
  alter column input set storage external,
  alter column output set storage external,
  alter column error set storage external;

create index job_queue on ${schema}.job (endpoint_id, low_priority, place) where status = 'IN_QUEUE';
create index job_running on ${schema}.job (worker_id, endpoint_id) where status = 'IN_PROGRESS';
create index job_remove on ${schema}.job (remove_at, endpoint_id);
create index job_webhook on ${schema}.job (webhook_due_at, endpoint_id) where webhook_due_at is not null;
create unique index job_key on ${schema}.job (endpoint_id, idempotency_key) where idempotency_key is not null;

-- A chunk that was given away keeps its number, and loses its output.
create table ${schema}.chunk (
  endpoint_id text collate "C" not null,
  job_id text collate "C" not null,
  arrival bigint generated always as identity,
  sequence bigint,
  output text,
  primary key (endpoint_id, job_id, arrival),
  foreign key (endpoint_id, job_id) references ${schema}.job on delete cascade
);
alter table ${schema}.chunk alter column output set storage external;
create unique index chunk_sequence on ${schema}.chunk (endpoint_id, job_id, sequence) where sequence is not null;

create table ${schema}.stop (
  endpoint_id text collate "C" not null,
  worker_id text collate "C" not null,
  job_id text collate "C" not null,
  since double precision not null,
  primary key (endpoint_id, worker_id, job_id)
);

-- Several rows for each endpoint, so that jobs that end at the same time do not wait for one another.
create table ${schema}.total (
  endpoint_id text collate "C" not null,
  shard integer not null,
  completed double precision not null default 0,
  failed double precision not null default 0,
  retried double precision not null default 0,
  primary key (endpoint_id, shard)
) with (fillfactor = 20);
`,
];
