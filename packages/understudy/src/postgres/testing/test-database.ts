import { openTestPostgres } from "@understudy/local-postgres/testing";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { createPool } from "#postgres/create-pool.js";
import type { Database } from "#postgres/database.js";
import { migrate } from "#postgres/migrate.js";

/** A database with our tables and nothing in them; gone when the test is done. */
export async function openTestDatabase(): Promise<Database> {
  const { database, end } = await open();
  onTestFinished(end);
  return database;
}

/** The same for all tests of a file or a `describe`, who see what the others left: for tests that take an owner each. */
export function shareTestDatabase(): () => Database {
  let shared: Awaited<ReturnType<typeof open>> | undefined;
  beforeAll(async () => void (shared = await open()));
  afterAll(() => shared?.end());
  return () => shared!.database;
}

async function open(): Promise<{ readonly database: Database; end(): Promise<void> }> {
  const server = await openTestPostgres();
  const pool = createPool({ ...server.connection, max: 5 });
  await migrate(pool);
  const end = async (): Promise<void> => {
    await pool.end();
    await server.stop();
  };
  return { database: { pool, connection: server.connection, url: server.url, close: async () => undefined }, end };
}
