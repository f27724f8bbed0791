import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";

/** What waits in the database, over all processes. */
export interface QueueFacts {
  readonly rendersByState: Readonly<Record<string, number>>;
  /** 0 when none waits. */
  readonly oldestQueuedSeconds: number;
  readonly webhooksWaiting: number;
  readonly oldestWebhookSeconds: number;
  /** Tables in Airtable, by whether something keeps them from working. */
  readonly airtableConnections: { readonly working: number; readonly troubled: number };
  /** Rows in Airtable that do not say yet what became of them. */
  readonly airtableRowsWaiting: number;
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
  const airtable = await sql.query<{ working: number; troubled: number; rows: number }>(
    `select count(*) filter (where problem is null)::integer as working,
            count(*) filter (where problem is not null)::integer as troubled,
            (select count(*)::integer from understudy.airtable_row
             where written_change < change and gone_at is null) as rows
     from understudy.airtable_connection where removed_at is null`,
  );
  const queued = states.rows.find(({ state }) => state === "queued");
  const [waiting] = webhooks.rows;
  return {
    rendersByState: Object.fromEntries(states.rows.map(({ state, count }) => [state, count])),
    oldestQueuedSeconds: ageOf(queued?.oldest, now),
    webhooksWaiting: waiting?.count ?? 0,
    oldestWebhookSeconds: ageOf(waiting?.oldest, now),
    airtableConnections: { working: airtable.rows[0]?.working ?? 0, troubled: airtable.rows[0]?.troubled ?? 0 },
    airtableRowsWaiting: airtable.rows[0]?.rows ?? 0,
  };
}

function ageOf(time: Date | null | undefined, now: Date): number {
  return time ? Math.max(0, (now.getTime() - time.getTime()) / 1000) : 0;
}
