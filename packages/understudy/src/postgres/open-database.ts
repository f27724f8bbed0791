import { LocalPostgresError, openPostgres } from "@understudy/local-postgres";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { databaseFolder } from "#records/data-folder.js";
import { createPool } from "./create-pool.js";
import type { Database } from "./database.js";
import { migrate } from "./migrate.js";

/**
 * Opens the database of this installation, with its tables up to date: the private one of the data folder, or that of
 * DATABASE_URL.
 * @throws UnderstudyError `database-unavailable`; the signal's reason after a stop.
 */
export async function openDatabase(
  config: Pick<Config, "dataFolder">,
  io: Pick<CliIo, "env" | "signal">,
  log: (line: string) => void,
): Promise<Database> {
  const database = await connectDatabase(config, io, log);
  await makeTables(database, migrate);
  return database;
}

/**
 * The same with the tables as they are.
 * @param name what its connections are called in `pg_stat_activity`.
 * @throws UnderstudyError `database-unavailable`; the signal's reason after a stop.
 */
export async function connectDatabase(
  config: Pick<Config, "dataFolder">,
  io: Pick<CliIo, "env" | "signal">,
  log: (line: string) => void,
  name: string = applicationName,
): Promise<Database> {
  const databaseUrl = io.env["DATABASE_URL"] ?? "";
  if (databaseUrl === "") log("Starting the private database; the first time takes some seconds.");
  const server = await openPostgres({
    folder: databaseFolder(config.dataFolder),
    database: "understudy",
    signal: io.signal,
    onNotice: log,
    databaseUrl,
  }).catch((thrown: unknown) => {
    if (!(thrown instanceof LocalPostgresError)) throw thrown;
    throw new UnderstudyError("database-unavailable", thrown.message, { hint: thrown.hint, cause: thrown });
  });
  const connection = { ...server.connection, application_name: name, keepAlive: true };
  const pool = createPool({ ...connection, ...poolLimits });
  const close = async (): Promise<void> => {
    await pool.end();
    await server.stop();
  };
  return { pool, connection, url: server.url, close };
}

/**
 * Makes tables in a database that was just opened, and closes it again when that fails.
 * @throws UnderstudyError `database-unavailable` when the database refuses.
 */
export async function makeTables<T>(database: Database, make: (pool: Pool) => Promise<T>): Promise<T> {
  try {
    return await make(database.pool);
  } catch (thrown) {
    await database.close();
    throw isCoded(thrown) ? noTables(thrown.code) : thrown;
  }
}

/** What connections of a service are called in `pg_stat_activity`. */
export const applicationName = "understudy";

/** A database that hangs is told from one that is slow with 20 MB of input: requests are answered 503 then. */
const poolLimits = { max: 10, connectionTimeoutMillis: 10_000, query_timeout: 60_000 } as const;

function isCoded(thrown: unknown): thrown is Error & { readonly code: string } {
  const isOurs = thrown instanceof UnderstudyError;
  return !isOurs && thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
}

function noTables(code: string): UnderstudyError {
  return new UnderstudyError("database-unavailable", `The tables cannot be made in the database (${code}).`, {
    hint: "Give its user the right to create a schema in it, or name another database in DATABASE_URL.",
  });
}
