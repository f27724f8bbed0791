import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";

/** What waits in the database, over all processes. */
export interface QueueFacts {
  readonly rendersByState: Readonly<Record<string, number>>;
  /** 0 when none waits. */
  readonly oldestQueuedSeconds: number;
  readonly webhooksWaiting: number;
  readonly oldestWebhookSeconds: number;
}

/** Counts what waits. Counting the renders reads their whole table, so whoever asks often keeps the answer for a while. */
export async function readQueues(pool: Pool, now: Date): Promise<QueueFacts> {
  const sql = sqlOf(pool);
  const states = await sql.query<{ state: string; count: number; oldest: Date }>(
    "select state, count(*)::integer as count, min(queued_at) as oldest from understudy.render group by state",
  );
  const webhooks = await sql.query<{ count: number; oldest: Date | null }>(
    "select count(*)::integer as count, min(created_at) as oldest from understudy.webhook_message where state = 'waiting'",
  );
  const queued = states.rows.find(({ state }) => state === "queued");
  const [waiting] = webhooks.rows;
  return {
    rendersByState: Object.fromEntries(states.rows.map(({ state, count }) => [state, count])),
    oldestQueuedSeconds: ageOf(queued?.oldest, now),
    webhooksWaiting: waiting?.count ?? 0,
    oldestWebhookSeconds: ageOf(waiting?.oldest, now),
  };
}

function ageOf(time: Date | null | undefined, now: Date): number {
  return time ? Math.max(0, (now.getTime() - time.getTime()) / 1000) : 0;
}
