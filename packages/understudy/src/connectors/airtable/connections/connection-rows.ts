import type { AirtableConnection, AirtableHook, NotedProblem } from "./connection.js";

/** Times in JSON are RFC 3339. */
type Kept<T, Time extends keyof T> = Omit<T, Time> & { readonly [name in Time]: string };

/** A row of `understudy.airtable_connection`. */
export interface ConnectionRow {
  readonly id: string;
  readonly owner_id: string;
  readonly api_key_id: string;
  readonly base_id: string;
  readonly table_id: string;
  readonly table_name: string;
  readonly token_variable: string;
  readonly columns: AirtableConnection["columns"];
  readonly consent: AirtableConnection["consent"];
  readonly hook: Kept<AirtableHook, "refreshedAt"> | null;
  readonly problem: Kept<NotedProblem, "since"> | null;
  readonly looked_at: Date | null;
  readonly created_at: Date;
}

/** The row as a connection. */
export function connectionOf(row: ConnectionRow): AirtableConnection {
  const { hook, problem } = row;
  return {
    id: row.id,
    ownerId: row.owner_id,
    keyId: row.api_key_id,
    baseId: row.base_id,
    tableId: row.table_id,
    tableName: row.table_name,
    tokenVariable: row.token_variable,
    columns: row.columns,
    consent: row.consent,
    ...(hook !== null && { hook: { ...hook, refreshedAt: new Date(hook.refreshedAt) } }),
    ...(problem !== null && { problem: { ...problem, since: new Date(problem.since) } }),
    ...(row.looked_at !== null && { lookedAt: row.looked_at }),
    createdAt: row.created_at,
  };
}
