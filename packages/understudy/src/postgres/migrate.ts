import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { transaction, type Sql } from "./database.js";

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
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), "utf8");
      return { number: Number(name.slice(0, 4)), name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * Brings the tables up to date; one process does, others wait. Tables of a newer release are left alone.
 * @returns the names of the migrations that were applied.
 * @throws UnderstudyError `database-unavailable` when a migration that was applied has changed since.
 */
export async function migrate(pool: Pool): Promise<readonly string[]> {
  const migrations = await readMigrations();
  return transaction(pool, async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('understudy.migrate'))");
    await sql.query("create schema if not exists understudy");
    await sql.query(
      "create table if not exists understudy.migration (number integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())",
    );
    const applied = await sql.query<{ number: number; sha256: string }>(
      "select number, sha256 from understudy.migration",
    );
    const known = new Map(applied.rows.map(({ number, sha256 }) => [number, sha256]));
    const done: string[] = [];
    for (const migration of migrations) {
      const before = known.get(migration.number);
      if (before === undefined) done.push(await apply(sql, migration));
      else if (before !== migration.sha256) throw changedSince(migration);
    }
    return done;
  });
}

async function apply(sql: Sql, { number, name, sql: text, sha256 }: Migration): Promise<string> {
  await sql.query(text);
  await sql.query("insert into understudy.migration (number, name, sha256) values ($1, $2, $3)", [
    number,
    name,
    sha256,
  ]);
  return name;
}

function changedSince({ name }: Migration): UnderstudyError {
  return new UnderstudyError(
    "database-unavailable",
    `The database was made with another ${name} than this release has.`,
    {
      hint: "Use the release that made it, or an empty database.",
    },
  );
}
