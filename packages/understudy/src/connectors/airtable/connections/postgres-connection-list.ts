import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { sqlOf, transaction, type Sql } from "#postgres/database.js";
import { airtableChannel, connectedElsewhere, type ConnectionList, type NewConnection } from "./connection-list.js";
import { connectionOf, type ConnectionRow } from "./connection-rows.js";

/** What the list works with. */
export interface ConnectionListOptions {
  readonly pool: Pool;
  readonly now: () => Date;
}

/** `looked_at` is written no more often than this. */
const lookNoteMs = 60_000;

/** The connections in PostgreSQL; every member is one transaction. */
export function createConnectionList({ pool, now }: ConnectionListOptions): ConnectionList {
  const all = sqlOf(pool);
  return {
    keep: (connection) =>
      transaction(pool, async (sql) => {
        const row = await keepRow(sql, connection, now());
        if (row === undefined) throw connectedElsewhere(connection.tableName);
        await tell(sql, "connections");
        return connectionOf(row);
      }),

    async list(ownerId) {
      const { rows } = await all.query<ConnectionRow>(
        `select * from understudy.airtable_connection
         where removed_at is null and ($1::text is null or owner_id = $1) order by created_at, id`,
        [ownerId ?? null],
      );
      return rows.map(connectionOf);
    },

    async get(id) {
      const { rows } = await all.query<ConnectionRow>(
        "select * from understudy.airtable_connection where id = $1 and removed_at is null",
        [id],
      );
      return rows[0] && connectionOf(rows[0]);
    },

    async noteColumns(id, { tableName, columns }, before) {
      await all.query(
        `update understudy.airtable_connection set table_name = $2, columns = $3
         where id = $1 and removed_at is null and columns = $4`,
        [id, tableName, JSON.stringify(columns), JSON.stringify(before)],
      );
    },

    async noteHook(id, hook) {
      await all.query("update understudy.airtable_connection set hook = $2 where id = $1 and removed_at is null", [
        id,
        hook === undefined ? null : JSON.stringify(hook),
      ]);
    },

    async noteLook(id, problem, wasLookedAt = problem === undefined) {
      const at = now();
      await all.query(
        `update understudy.airtable_connection set looked_at = case when $4 then $3 else looked_at end,
           problem = $2::jsonb || jsonb_build_object('since',
             case when problem ->> 'code' = $2::jsonb ->> 'code' then problem ->> 'since' else $5 end)
         where id = $1 and removed_at is null and (
           (problem - 'since') is distinct from $2::jsonb or ($4 and (looked_at is null or looked_at <= $6)))`,
        [
          id,
          problem === undefined ? null : JSON.stringify(problem),
          at,
          wasLookedAt,
          at.toISOString(),
          new Date(at.getTime() - lookNoteMs),
        ],
      );
    },

    remove: (id) =>
      transaction(pool, async (sql) => {
        // The hook goes too: it holds a secret.
        const { rowCount } = await sql.query(
          `update understudy.airtable_connection set removed_at = $2, hook = null, problem = null
           where id = $1 and removed_at is null`,
          [id, now()],
        );
        if (rowCount === 1) await tell(sql, "connections");
        return rowCount === 1;
      }),

    async countShown(id) {
      const { rows } = await all.query<{ count: number }>(
        `select count(*)::integer as count from understudy.airtable_row
         where connection_id = $1 and written->>'phase' = 'complete' and gone_at is null`,
        [id],
      );
      return rows[0]!.count;
    },

    tellNews: (id) => tell(all, `news ${id}`),
  };
}

/**
 * An ended connection of the owner to the table is taken up again, with its rows: those whose videos were removed meanwhile are
 * cleared then.
 * @returns undefined when the table is another owner's.
 */
async function keepRow(sql: Sql, connection: NewConnection, at: Date): Promise<ConnectionRow | undefined> {
  await sql.query(
    `update understudy.airtable_connection set removed_at = null where id = (
       select id from understudy.airtable_connection
       where base_id = $1 and table_id = $2 and owner_id = $3 order by removed_at desc nulls first limit 1)
     and not exists (
       select from understudy.airtable_connection where base_id = $1 and table_id = $2 and removed_at is null)`,
    [connection.baseId, connection.tableId, connection.ownerId],
  );
  const { rows } = await sql.query<ConnectionRow>(
    `insert into understudy.airtable_connection as kept
       (id, owner_id, api_key_id, base_id, table_id, table_name, token_variable, columns, consent, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (base_id, table_id) where removed_at is null do update set
       api_key_id = excluded.api_key_id, table_name = excluded.table_name, token_variable = excluded.token_variable,
       columns = excluded.columns, consent = excluded.consent, problem = null
     where kept.owner_id = excluded.owner_id
     returning *`,
    [
      `airtable_${randomBytes(8).toString("hex")}`,
      connection.ownerId,
      connection.keyId,
      connection.baseId,
      connection.tableId,
      connection.tableName,
      connection.tokenVariable,
      JSON.stringify(connection.columns),
      JSON.stringify(connection.consent),
      at,
    ],
  );
  return rows[0];
}

async function tell(sql: Sql, text: string): Promise<void> {
  await sql.query("select pg_notify($1, $2)", [airtableChannel, text]);
}
