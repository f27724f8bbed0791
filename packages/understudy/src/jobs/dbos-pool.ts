import type { Pool } from "pg";
import { createPool } from "#postgres/create-pool.js";
import type { Database } from "#postgres/database.js";

/**
 * The connections of DBOS in this process. A pool that DBOS makes itself sets its time limit by a query that overlaps the first one,
 * of which the driver warns on the console.
 */
export function openDbosPool({ connection }: Pick<Database, "connection">): Pool {
  return createPool({ ...connection, max: 5, idle_in_transaction_session_timeout: 60_000 });
}
