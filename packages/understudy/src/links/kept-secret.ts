import { randomBytes } from "node:crypto";
import type { Sql } from "#postgres/database.js";

/**
 * A key of 32 random bytes that all processes of this installation share. It lies in the database (`understudy.secret`) and not in a
 * data folder, because several machines have one database and a folder each; it moves with `db export`.
 */
export async function keptSecret(sql: Sql, name: string): Promise<Buffer> {
  const insert = "insert into understudy.secret (name, value) values ($1, $2) on conflict (name) do nothing";
  await sql.query(insert, [name, randomBytes(32)]);
  const { rows } = await sql.query<{ value: Buffer }>("select value from understudy.secret where name = $1", [name]);
  return rows[0]!.value;
}
