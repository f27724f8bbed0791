import { sqlOf, type Database } from "#postgres/database.js";
import type { ServiceLog } from "#serve/service-log.js";
import { openDbosPool } from "./dbos-pool.js";
import { openJobBook } from "./job-book.js";

/**
 * Removes what the engine keeps of runs that ended before, and of runners that were taken over before. Renders are not touched; with
 * a render's row go its kept children.
 * @returns how many runs were removed; 1,000 at most, so that a sweep stays short.
 */
export async function deleteOldJobs(database: Database, before: Date, log?: ServiceLog): Promise<number> {
  await sqlOf(database.pool).query("delete from understudy.runner where taken_over_at < $1", [before]);
  const dbosPool = openDbosPool(database);
  const book = await openJobBook(database, dbosPool, log);
  try {
    return await book.removeEnded(before);
  } finally {
    await book.close();
    await dbosPool.end();
  }
}
