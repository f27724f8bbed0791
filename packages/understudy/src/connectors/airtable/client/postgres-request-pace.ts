import type { Pool } from "pg";
import { sqlOf, type Sql } from "#postgres/database.js";
import type { RequestPace } from "./request-pace.js";
import { sleepFor } from "./sleep-for.js";

/** How a pace is kept. */
export interface RequestPaceOptions {
  /** Between the beginnings of two requests to a base. Default 250: one of Airtable's five a second is left to others. */
  readonly intervalMs?: number;
  /** Default a timer. @throws the signal's reason. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Longest hold; a moment further away is what a clock that was set back left behind. */
const longestHoldMs = 600_000;

/**
 * One pace for all processes on a database, by its clock. Nobody reserves a turn: whoever waits tries again when the base is free, so
 * that a hold stops those who wait already, and who was asleep for too long does not come on top of the next one.
 */
export function createRequestPace(pool: Pool, options: RequestPaceOptions = {}): RequestPace {
  const { intervalMs = 250, sleep = sleepFor } = options;
  const sql = sqlOf(pool);
  return {
    async wait(baseId, signal) {
      signal.throwIfAborted();
      while (!(await takeTurn(sql, baseId, intervalMs))) {
        await sleep(await remainingMs(sql, baseId), signal);
        signal.throwIfAborted();
      }
    },
    async hold(baseId, milliseconds) {
      await sql.query(
        `insert into understudy.airtable_base as base (base_id, next_request_at)
         values ($1, clock_timestamp() + $2 * interval '1 ms')
         on conflict (base_id) do update set next_request_at = greatest(base.next_request_at, excluded.next_request_at)`,
        [baseId, Math.min(milliseconds, longestHoldMs)],
      );
    },
  };
}

/** @returns whether the base was free; then it is not any more. The row's lock puts those who ask in order. */
async function takeTurn(sql: Sql, baseId: string, intervalMs: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into understudy.airtable_base as base (base_id, next_request_at)
     values ($1, clock_timestamp() + $2 * interval '1 ms')
     on conflict (base_id) do update set next_request_at = clock_timestamp() + $2 * interval '1 ms'
     where base.next_request_at not between clock_timestamp() and clock_timestamp() + $3 * interval '1 ms'`,
    [baseId, intervalMs, longestHoldMs],
  );
  return rowCount === 1;
}

async function remainingMs(sql: Sql, baseId: string): Promise<number> {
  const { rows } = await sql.query<{ milliseconds: number }>(
    `select (extract(epoch from next_request_at - clock_timestamp()) * 1000)::float8 as milliseconds
     from understudy.airtable_base where base_id = $1`,
    [baseId],
  );
  return Math.max(1, Math.ceil(rows[0]?.milliseconds ?? 1));
}
