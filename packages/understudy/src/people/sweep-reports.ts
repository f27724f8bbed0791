import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";

/** A report is kept so long after it was closed: 30 days, in milliseconds. It may name people, and says how to reach them. */
const keptMs = 30 * 24 * 3_600_000;

/** Removes reports that were answered long enough ago. @returns how many. */
export async function sweepReports(pool: Pool, now: Date): Promise<number> {
  const before = new Date(now.getTime() - keptMs);
  const { rowCount } = await sqlOf(pool).query("delete from understudy.problem_report where closed_at < $1", [before]);
  return rowCount ?? 0;
}
