import type { Pool } from "pg";
import { transaction } from "#postgres/database.js";

/** The delivery log reaches back so far: 30 days, in milliseconds, counted from when a message was given up or would have been. */
const keptMs = 30 * 24 * 3_600_000;

/** What a sweep removed. */
export interface WebhookSweep {
  readonly messages: number;
  readonly endpoints: number;
}

/** Removes old messages with their attempts, and endpoints that were removed, or came along with renders, once nothing tells of them. */
export function sweepWebhooks(pool: Pool, now: Date): Promise<WebhookSweep> {
  const before = new Date(now.getTime() - keptMs);
  return transaction(pool, async (sql) => {
    const messages = await sql.query(
      "delete from understudy.webhook_message where state <> 'waiting' and give_up_at < $1",
      [before],
    );
    const endpoints = await sql.query(
      `delete from understudy.webhook_endpoint endpoint
       where created_at < $1 and (removed_at is not null or event_types = '{webhook.test}')
         and not exists (select from understudy.webhook_message where endpoint_id = endpoint.id)`,
      [before],
    );
    return { messages: messages.rowCount ?? 0, endpoints: endpoints.rowCount ?? 0 };
  });
}
