import { randomBytes } from "node:crypto";
import { holdLock, type Sql } from "#postgres/database.js";
import type { WebhookNews } from "./webhook-outbox.js";
import { giveUpAfterMs } from "./next-attempt.js";

/** Channel on which whoever delivers is woken. */
export const webhookChannel = "understudy_webhook";

/**
 * Holds, until the transaction ends, whoever else would write an owner's news or endpoints. Without it two transactions that each
 * tell two endpoints could wait for each other's rows.
 */
export async function lockWebhooks(sql: Sql, ownerId: string): Promise<void> {
  await holdLock(sql, `understudy.webhook ${ownerId}`);
}

/** Writes one message for each endpoint that wants it. @returns their ids. */
export async function writeNews(sql: Sql, news: WebhookNews, now: Date): Promise<readonly string[]> {
  await lockWebhooks(sql, news.ownerId);
  const { rows } = await sql.query<{ endpoint_id: string; sequence: string }>(
    `update understudy.webhook_endpoint set next_sequence = next_sequence + 1
     where owner_id = $1 and removed_at is null and disabled_at is null
       and (id = $2 or ($3 <> 'webhook.test' and (event_types = '{}' or $3 = any (event_types))))
     returning id as endpoint_id, next_sequence - 1 as sequence`,
    [news.ownerId, news.endpointId ?? null, news.type],
  );
  if (rows.length === 0) return [];
  const ids = rows.map(() => `msg_${randomBytes(12).toString("hex")}`);
  await sql.query(
    `insert into understudy.webhook_message
       (id, endpoint_id, sequence, body, owner_id, render_id, type, state, next_attempt_at, created_at, give_up_at)
     select id, endpoint_id, sequence, body, $5, $6, $7, 'waiting', $8, $8, $9
     from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as message (id, endpoint_id, sequence, body)`,
    [
      ids,
      rows.map((row) => row.endpoint_id),
      rows.map((row) => row.sequence),
      rows.map(
        (row) => (row.endpoint_id === news.endpointId && news.namedBody) || bodyOf(news, Number(row.sequence), now),
      ),
      news.ownerId,
      news.renderId ?? null,
      news.type,
      now,
      new Date(now.getTime() + giveUpAfterMs),
    ],
  );
  await wakeDelivery(sql);
  return ids;
}

/** Wakes whoever delivers, in every process, when the transaction counts. */
export async function wakeDelivery(sql: Sql): Promise<void> {
  await sql.query("select pg_notify($1, '')", [webhookChannel]);
}

function bodyOf({ type, data }: WebhookNews, sequence: number, at: Date): string {
  return JSON.stringify({ type, timestamp: at.toISOString(), sequence, data });
}
