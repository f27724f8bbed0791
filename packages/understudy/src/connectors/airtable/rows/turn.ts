import type { Sql } from "#postgres/database.js";

/** The right to work on the rows of a base, which one process has at a time. */
export interface Turn {
  /**
   * Runs `act` in one transaction on the turn's own session, so that nothing counts that a process does which lost the turn
   * without knowing. One at a time; another one waits.
   * @throws UnderstudyError `database-unavailable` when the session is gone.
   */
  transaction<T>(act: (sql: Sql) => Promise<T>): Promise<T>;
  /** Aborted when the session is gone, or nobody wants the turn any more. */
  readonly signal: AbortSignal;
}
