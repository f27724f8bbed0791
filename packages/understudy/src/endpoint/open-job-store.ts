import { join } from "node:path";
import { LocalPostgresError, openPostgres } from "@understudy/local-postgres";
import { createMemoryStore, createPostgresStore, type JobStore } from "@understudy/runpod/endpoint";
import { UnderstudyError } from "@understudy/render";
import { Pool } from "pg";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";

/** A store, and what ends it together with its database. */
export interface OpenJobStore {
  readonly store: JobStore;
  close(): Promise<void>;
}

/**
 * Opens the jobs of this installation: in PostgreSQL, the private one of the data folder or that of DATABASE_URL.
 * @throws UnderstudyError `database-unavailable`.
 */
export async function openJobStore(
  wish: { readonly isDurable: boolean },
  config: Config,
  io: Pick<CliIo, "env" | "signal">,
  log: (line: string) => void,
): Promise<OpenJobStore> {
  if (!wish.isDurable) {
    const store = createMemoryStore();
    return { store, close: () => store.close() };
  }
  const databaseUrl = io.env["DATABASE_URL"] ?? "";
  if (databaseUrl === "") log("Starting the private database; the first time takes some seconds.");
  try {
    const server = await openPostgres({
      folder: join(config.dataFolder, "postgres"),
      database: "understudy",
      signal: io.signal,
      onNotice: log,
      databaseUrl,
    });
    const pool = new Pool({ ...server.connection, ...poolLimits });
    // A connection that breaks while nobody uses it is replaced; the next query says what is wrong.
    pool.on("error", () => undefined);
    const closeDatabase = async (): Promise<void> => {
      await pool.end();
      await server.stop();
    };
    const store = await createPostgresStore(pool).catch(async (thrown: unknown) => {
      await closeDatabase();
      throw isCoded(thrown) ? noTables(thrown.code) : thrown;
    });
    const close = async (): Promise<void> => {
      await store.close();
      await closeDatabase();
    };
    return { store, close };
  } catch (thrown) {
    if (!(thrown instanceof LocalPostgresError)) throw thrown;
    throw new UnderstudyError("database-unavailable", thrown.message, { hint: thrown.hint, cause: thrown });
  }
}

/** A database that hangs is told from one that is slow with 20 MB of input: requests are answered 503 then. */
const poolLimits = { max: 10, connectionTimeoutMillis: 10_000, query_timeout: 60_000, keepAlive: true } as const;

function isCoded(thrown: unknown): thrown is Error & { readonly code: string } {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string";
}

function noTables(code: string): UnderstudyError {
  return new UnderstudyError("database-unavailable", `The tables of jobs cannot be made in the database (${code}).`, {
    hint: "Give its user the right to create a schema in it, or name another database in DATABASE_URL.",
  });
}
