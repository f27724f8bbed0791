import type { Pool } from "pg";
import { transaction, type Sql } from "#postgres/database.js";
import type { ClaimedMessage } from "./claim-messages.js";
import { nextAttemptAt } from "./next-attempt.js";
import { failWaiting } from "./postgres-webhook-desk.js";

/** How an attempt went. */
export interface AttemptOutcome {
  /** When it began. */
  readonly at: Date;
  readonly milliseconds: number;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** Why there was none, one word. */
  readonly failure?: string;
  readonly retryAfterMs?: number;
}

/** What becomes of a message after an attempt. */
export type Settled = "delivered" | "waiting" | "failed" | "disabled" | /** Another process has it. */ "lost";

/**
 * Notes an attempt. 2xx: delivered; 410: its endpoint is disabled; anything else is tried again until the time is up. What a 429 or
 * 503 asks for in `Retry-After` is waited for; other answers do not get to say.
 */
export function settleMessage(
  pool: Pool,
  claim: ClaimedMessage,
  outcome: AttemptOutcome,
  moment: { readonly now: Date; readonly random: number },
): Promise<Settled> {
  const { now } = moment;
  const next = stateAfter(claim, outcome, moment);
  return transaction(pool, async (sql) => {
    if (next.settled === "disabled") await disableEndpoint(sql, claim.endpointId, now);
    const { rowCount } = await sql.query(
      `with settled as (
         update understudy.webhook_message set state = $3, next_attempt_at = $4, claimed_until = null, attempts = attempts + 1
         where id = $1 and claimed_until = $2 and state = 'waiting' returning id, attempts
       )
       insert into understudy.webhook_attempt (message_id, number, at, milliseconds, status, error)
       select id, attempts, $5, $6, $7, $8 from settled`,
      [
        claim.id,
        claim.claimedUntil,
        next.settled === "disabled" ? "failed" : next.settled,
        next.at ?? null,
        outcome.at,
        outcome.milliseconds,
        outcome.status ?? null,
        outcome.failure ?? null,
      ],
    );
    if (next.settled === "disabled") await failWaiting(sql, claim.endpointId);
    return rowCount === 1 ? next.settled : "lost";
  });
}

function stateAfter(
  { giveUpAt }: ClaimedMessage,
  { status = 0, retryAfterMs }: AttemptOutcome,
  moment: { readonly now: Date; readonly random: number },
): { readonly settled: Exclude<Settled, "lost">; readonly at?: Date } {
  if (status >= 200 && status < 300) return { settled: "delivered" };
  if (status === 410) return { settled: "disabled" };
  const isAsked = retryAfterMs !== undefined && (status === 429 || status === 503);
  const at = nextAttemptAt({ giveUpAt, ...moment, ...(isAsked && { retryAfterMs }) });
  return at === undefined ? { settled: "failed" } : { settled: "waiting", at };
}

/** Before its messages, in the order in which whoever writes news takes these rows. */
async function disableEndpoint(sql: Sql, id: string, now: Date): Promise<void> {
  await sql.query("update understudy.webhook_endpoint set disabled_at = coalesce(disabled_at, $2) where id = $1", [
    id,
    now,
  ]);
}
