import type { Sql } from "#postgres/database.js";
import { scopes, type Scope } from "./caller.js";
import type { ApiKey } from "./key-list.js";

/** What a key is allowed when its row does not say. */
export interface KeyDefaults {
  readonly requestsPerMinute: number;
  readonly rendersAtOnce: number;
}

/** A row of `understudy.api_key`, without the hash. */
export interface KeyRow {
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly requests_per_minute: number | null;
  readonly renders_at_once: number | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly rotated_from: string | null;
}

/** Columns of a `KeyRow`. */
export const keyColumns =
  "id, owner_id, name, scopes, requests_per_minute, renders_at_once, created_at, expires_at, revoked_at, last_used_at, rotated_from";

/** A row as a key; a scope that only a newer release knows allows nothing here. */
export function keyOf(row: KeyRow, defaults: KeyDefaults): ApiKey {
  return {
    ownerId: row.owner_id,
    keyId: row.id,
    name: row.name,
    scopes: row.scopes.filter((scope): scope is Scope => (scopes as readonly string[]).includes(scope)),
    requestsPerMinute: row.requests_per_minute ?? defaults.requestsPerMinute,
    rendersAtOnce: row.renders_at_once ?? defaults.rendersAtOnce,
    createdAt: row.created_at,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
    ...(row.rotated_from !== null && { rotatedFrom: row.rotated_from }),
  };
}

/** Lists a key under its hash. @returns undefined when that hash is listed already. */
export async function insertKey(
  sql: Sql,
  row: Omit<KeyRow, "revoked_at" | "last_used_at">,
  sha256: Buffer,
): Promise<KeyRow | undefined> {
  const { rows } = await sql.query<KeyRow>(
    `insert into understudy.api_key
       (id, owner_id, name, scopes, requests_per_minute, renders_at_once, created_at, expires_at, rotated_from, key_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (key_sha256) do nothing
     returning ${keyColumns}`,
    [
      row.id,
      row.owner_id,
      row.name,
      row.scopes,
      row.requests_per_minute,
      row.renders_at_once,
      row.created_at,
      row.expires_at,
      row.rotated_from,
      sha256,
    ],
  );
  return rows[0];
}
