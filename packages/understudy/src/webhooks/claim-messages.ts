import type { Pool } from "pg";
import { sqlOf } from "#postgres/database.js";
import type { WebhookSecret } from "./webhook-secrets.js";

/** A message that this process has for itself until the claim runs out. */
export interface ClaimedMessage {
  readonly id: string;
  readonly endpointId: string;
  readonly url: string;
  readonly secrets: readonly WebhookSecret[];
  readonly body: string;
  readonly giveUpAt: Date;
  /** Also tells this claim from every other one of the message. */
  readonly claimedUntil: Date;
}

/** What to claim. */
export interface ClaimWish {
  readonly now: Date;
  readonly limit: number;
  /** Endpoint of each message that this process is sending at the moment, as often as there are. */
  readonly busy: readonly string[];
}

/** Messages to one endpoint that a process sends at a time: one that hangs holds up no others. */
const maxPerEndpoint = 2;

/** Outlives the longest attempt, 6 s, by far; after a crash the message is sent again when it has run out. */
const claimMs = 30_000;

/** Takes messages that are due, longest due first. What another process takes at the same moment is passed over. */
export async function claimMessages(pool: Pool, { now, limit, busy }: ClaimWish): Promise<readonly ClaimedMessage[]> {
  const claimedUntil = new Date(now.getTime() + claimMs);
  const full = [...new Set(busy)].filter((id) => busy.filter((other) => other === id).length >= maxPerEndpoint);
  const { rows } = await sqlOf(pool).query<ClaimedRow>(
    `with due as materialized (
       select id, endpoint_id, next_attempt_at from understudy.webhook_message
       where state = 'waiting' and next_attempt_at <= $1 and (claimed_until is null or claimed_until <= $1)
         and endpoint_id <> all ($5)
       order by next_attempt_at limit $3 for update skip locked
     ),
     chosen as (
       select id, row_number() over (partition by endpoint_id order by next_attempt_at)
         + (select count(*) from unnest($4::text[]) as busy where busy = endpoint_id) as place
       from due
     )
     update understudy.webhook_message message set claimed_until = $2
     from chosen, understudy.webhook_endpoint endpoint
     where message.id = chosen.id and chosen.place <= $6 and endpoint.id = message.endpoint_id
     returning message.id, message.endpoint_id, endpoint.url, endpoint.secrets, message.body, message.give_up_at`,
    [now, claimedUntil, limit, busy, full, maxPerEndpoint],
  );
  return rows.map((row) => ({
    id: row.id,
    endpointId: row.endpoint_id,
    url: row.url,
    secrets: row.secrets,
    body: row.body,
    giveUpAt: row.give_up_at,
    claimedUntil,
  }));
}

interface ClaimedRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly secrets: readonly WebhookSecret[];
  readonly body: string;
  readonly give_up_at: Date;
}
