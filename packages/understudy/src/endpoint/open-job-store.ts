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
): Promise<OpenJobStore> {
  if (!wish.isDurable) {
    const store = createMemoryStore();
    return { store, close: () => store.close() };
  }
  const databaseUrl = io.env["DATABASE_URL"];
  try {
    const server = await openPostgres({
      folder: join(config.dataFolder, "postgres"),
      database: "understudy",
      signal: io.signal,
      ...(databaseUrl !== undefined && databaseUrl !== "" && { databaseUrl }),
    });
    const pool = new Pool({ ...server.connection, max: 10 });
    // A connection that breaks while nobody uses it is replaced; the next query says what is wrong.
    pool.on("error", () => undefined);
    const store = await createPostgresStore(pool);
    const close = async (): Promise<void> => {
      await store.close();
      await pool.end();
      await server.stop();
    };
    return { store, close };
  } catch (thrown) {
    if (!(thrown instanceof LocalPostgresError)) throw thrown;
    throw new UnderstudyError("database-unavailable", thrown.message, { hint: thrown.hint, cause: thrown });
  }
}
