import { openTestPostgres } from "@understudy/local-postgres/testing";
import { Pool } from "pg";
import { onTestFinished } from "vitest";
import type { Database } from "#postgres/database.js";
import { migrate } from "#postgres/migrate.js";

/** A database with our tables and nothing in them; gone when the test is done. */
export async function openTestDatabase(): Promise<Database> {
  const server = await openTestPostgres();
  const pool = new Pool({ ...server.connection, max: 5 });
  pool.on("error", () => undefined);
  await migrate(pool);
  const close = async (): Promise<void> => {
    await pool.end();
    await server.stop();
  };
  onTestFinished(close);
  return { pool, connection: server.connection, url: server.url, close: async () => undefined };
}
