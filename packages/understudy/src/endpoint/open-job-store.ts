import { createMemoryStore, createPostgresStore, type JobStore } from "@understudy/runpod/endpoint";
import type { CliIo } from "#cli/io.js";
import type { Config } from "#config/index.js";
import { connectDatabase, makeTables } from "#postgres/open-database.js";

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
  const database = await connectDatabase(config, io, log);
  const store = await makeTables(database, createPostgresStore);
  const close = async (): Promise<void> => {
    await store.close();
    await database.close();
  };
  return { store, close };
}
