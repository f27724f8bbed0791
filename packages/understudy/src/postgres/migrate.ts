import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { holdLock, transaction, type Sql } from "./database.js";

/** One numbered file of `migrations/`. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

const folder = new URL("../../migrations/", import.meta.url);

/** All migrations, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name)).sort();
  return Promise.all(names.map(async (name) => migrationOf(name, await readFile(new URL(name, folder), "utf8"))));
}

/** @param name four digits, an underscore and what it is about, such as `0001_service.sql`. */
export function migrationOf(name: string, sql: string): Migration {
  return { number: Number(name.slice(0, 4)), name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
}

/**
 * Brings the tables up to date in one transaction: a migration that fails, or a process that dies, leaves everything as it
 * was. One process does, others wait.
 *
 * Processes of the release before may go on beside the new tables while they are replaced one by one, so a migration must
 * leave what that release reads and writes in place; but an older release does not start on them.
 * @returns the names of the migrations that were applied.
 * @throws UnderstudyError `database-unavailable` when a newer release, or one with other migrations, made the tables.
 */
export async function migrate(pool: Pool, migrations?: readonly Migration[]): Promise<readonly string[]> {
  const all = migrations ?? (await readMigrations());
  return transaction(pool, async (sql) => {
    await holdLock(sql, "understudy.migrate");
    await makeMigrationTable(sql);
    const missing = missingOf(all, await readApplied(sql));
    for (const migration of missing) await apply(sql, migration);
    return missing.map(({ name }) => name);
  });
}

type Applied = Pick<Migration, "number" | "name" | "sha256">;

async function makeMigrationTable(sql: Sql): Promise<void> {
  // Without this the server says each time that they are there already.
  await sql.query("set local client_min_messages = warning");
  await sql.query("create schema if not exists understudy");
  await sql.query(
    "create table if not exists understudy.migration (number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())",
  );
}

async function readApplied(sql: Sql): Promise<readonly Applied[]> {
  const { rows } = await sql.query<Applied>("select number, name, sha256 from understudy.migration order by number");
  return rows;
}

/** What was applied must be how ours begin; anything else was made by somebody else. */
function missingOf(all: readonly Migration[], applied: readonly Applied[]): readonly Migration[] {
  for (const [index, { number, sha256, name }] of applied.entries()) {
    const ours = all[index];
    if (ours === undefined) throw newer(name);
    if (ours.number !== number || ours.sha256 !== sha256) throw different(name);
  }
  return all.slice(applied.length);
}

async function apply(sql: Sql, { number, name, sql: text, sha256 }: Migration): Promise<void> {
  await sql.query(text);
  await sql.query("insert into understudy.migration (number, name, sha256) values ($1, $2, $3)", [
    number,
    name,
    sha256,
  ]);
}

function newer(name: string): UnderstudyError {
  return new UnderstudyError("database-unavailable", `A newer release made the tables: it has ${name}, this has not.`, {
    hint: "Install that release or a later one; tables cannot be taken back.",
  });
}

function different(name: string): UnderstudyError {
  return new UnderstudyError("database-unavailable", `The database was made with another ${name} than this one.`, {
    hint: "Use the release that made it, or an empty database.",
  });
}
