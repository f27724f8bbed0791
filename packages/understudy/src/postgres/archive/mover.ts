import { createPostgresStore } from "@understudy/runpod/endpoint";
import { Client } from "pg";
import type { AnyProgressEvent } from "#progress/index.js";
import { applicationName } from "#postgres/open-database.js";
import type { Database, Sql } from "#postgres/database.js";
import { inOurWords } from "#postgres/in-our-words.js";
import { migrate } from "#postgres/migrate.js";
import type { StoredSchema } from "./stored-schemas.js";

/** What moving a database needs besides the database and a file. */
export interface MoveOptions {
  /** Makes the tables of the jobs' engine, or brings them up to date. */
  readonly prepareJobTables: (url: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onProgress: (event: AnyProgressEvent) => void;
}

/** What connections of this command are called, so that it can tell them from those of a service. */
export const moverName = `${applicationName} db`;

/** Brings tables up to date with this release; makes those of the schemas that are named. */
export async function prepareTables(
  { pool, url }: Database,
  schemas: readonly StoredSchema[],
  { prepareJobTables }: Pick<MoveOptions, "prepareJobTables">,
): Promise<void> {
  await migrate(pool);
  if (schemas.includes("dbos")) await prepareJobTables(url);
  if (schemas.includes("understudy_endpoint")) await (await createPostgresStore(pool)).close();
}

/**
 * Lends `act` a connection of its own, without any limit of time: that of the pool ends a statement after a minute. What makes
 * text of a value is the same on every server then.
 * @throws the signal's reason after a stop, which cuts the connection: the server takes back what was not committed.
 */
export async function withMover<T>(
  { connection }: Database,
  signal: AbortSignal,
  act: (client: Client, sql: Sql) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = new Client({ ...connection, application_name: moverName });
  client.on("error", () => undefined);
  const cut = (): void => void client.end().catch(() => undefined);
  signal.addEventListener("abort", cut, { once: true });
  try {
    await client.connect().catch(inOurWords);
    await client.query(
      "set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set bytea_output = 'hex'; set extra_float_digits = 1",
    );
    return await act(client, { query: (text, values) => client.query(text, values as unknown[]).catch(inOurWords) });
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown;
  } finally {
    signal.removeEventListener("abort", cut);
    await client.end().catch(() => undefined);
  }
}

/** How many connections processes of ours have to this database, those of this command aside. */
export async function countUsers(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    "select count(*)::integer as count from pg_stat_activity where datname = current_database() and application_name = $1",
    [applicationName],
  );
  return rows[0]?.count ?? 0;
}
