import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "pg";
import { sqlOf, transaction, type Sql } from "#postgres/database.js";

/** Something that is paid for, at an endpoint elsewhere. */
export interface PaidCall {
  readonly pool: Pool;
  /** Names the work, for ever: the same in every life and every process. */
  readonly key: string;
  /**
   * Submits it. @param idempotencyKey to be sent as `Idempotency-Key`: an endpoint that heeds it closes the last gap.
   * @returns the job's id at the endpoint.
   */
  submit(idempotencyKey: string): Promise<string>;
  /** Asks an endpoint that heeds no keys for a job that was submitted under this one. @returns its id. */
  findByKey?(key: string): Promise<string | undefined>;
  /** How long the news of an earlier submission (`adoptPaidCall`) may take, such as by a webhook, before it is made again. */
  readonly graceMs: number;
  now(): Date;
  readonly signal?: AbortSignal;
}

/** Between two looks for the news of an earlier submission. */
const lookMs = 100;

/**
 * Submits paid work once, whatever dies in between. First the intent is written down, then it is submitted, then the job's id is. Who
 * finds an intent without an id does not know whether the endpoint heard of it: it waits for news, asks the endpoint, and only then
 * submits again, under the same key. The row is locked meanwhile, so that of two processes one submits and the other learns the id.
 *
 * Without a key that the endpoint heeds, without `findByKey` and without news, a crash between the endpoint's answer and our note pays
 * twice: nobody could know better.
 * @returns the job's id at the endpoint.
 */
export async function submitOnce(call: PaidCall): Promise<string> {
  const { pool, key } = call;
  const { rowCount } = await sqlOf(pool).query(
    "insert into understudy.paid_call (key, state, created_at) values ($1, 'intent', $2) on conflict do nothing",
    [key, call.now()],
  );
  const isFirst = rowCount === 1;
  if (!isFirst) await waitForNews(call);
  return transaction(pool, async (sql) => {
    const known = await remoteIdOf(sql, key, "for update");
    if (known !== undefined) return known;
    const remoteId = (isFirst ? undefined : await call.findByKey?.(key)) ?? (await call.submit(key));
    await adoptPaidCall(sql, key, remoteId, call.now());
    return remoteId;
  });
}

/** Notes the id of a job that was submitted under the key, as somebody learned it; the first one counts. */
export async function adoptPaidCall(sql: Sql, key: string, remoteId: string, now: Date): Promise<void> {
  await sql.query(
    `update understudy.paid_call set state = 'submitted', remote_id = $2, submitted_at = $3
     where key = $1 and state = 'intent'`,
    [key, remoteId, now],
  );
}

/** Nothing is locked meanwhile: news could not be noted. */
async function waitForNews({ pool, key, graceMs, signal }: PaidCall): Promise<void> {
  const sql = sqlOf(pool);
  const untilMs = performance.now() + graceMs;
  while ((await remoteIdOf(sql, key)) === undefined) {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return;
    await pause(Math.min(lookMs, leftMs), undefined, signal === undefined ? {} : { signal });
  }
}

async function remoteIdOf(sql: Sql, key: string, lock: "for update" | "" = ""): Promise<string | undefined> {
  const { rows } = await sql.query<{ remote_id: string | null }>(
    `select remote_id from understudy.paid_call where key = $1 ${lock}`,
    [key],
  );
  return rows[0]?.remote_id ?? undefined;
}
