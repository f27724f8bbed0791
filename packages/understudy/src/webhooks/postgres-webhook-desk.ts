import { randomBytes } from "node:crypto";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { briefWebhookFields } from "#connectors/brief-spellings.js";
import { sqlOf, transaction, type Sql } from "#postgres/database.js";
import { checkWebhookUrl, type WebhookUrlRules } from "./check-webhook-url.js";
import { giveUpAfterMs } from "./next-attempt.js";
import type { MessageQuery, WebhookDesk, WebhookMessage } from "./webhook-desk.js";
import type { WebhookType } from "./webhook-outbox.js";
import { endpointOf, messageOf, type AttemptRow, type EndpointRow, type MessageRow } from "./webhook-rows.js";
import { liveSecrets, newSecret, rotatedSecrets } from "./webhook-secrets.js";
import { lockWebhooks, wakeDelivery, writeNews } from "./write-news.js";

/** What the desk works with. */
export interface WebhookDeskOptions extends WebhookUrlRules {
  readonly pool: Pool;
  now(): Date;
}

/** Endpoints of one owner that want news; those of single renders do not count. */
const maxEndpoints = 100;

/** What an endpoint wants that is told only what names it, such as the one render that it came with. */
const namedOnly: readonly WebhookType[] = ["webhook.test"];

/** Webhook endpoints and messages in PostgreSQL. What an owner has, no other owner sees. */
export function createWebhookDesk({ pool, now, ...rules }: WebhookDeskOptions): WebhookDesk {
  const all = sqlOf(pool);
  return {
    async add(sql, news, at) {
      await writeNews(sql, news, at);
    },

    async createEndpoint(ownerId, wish, isReused = false) {
      const url = await checkWebhookUrl(wish.url, rules);
      return transaction(pool, async (sql) => {
        await lockWebhooks(sql, ownerId);
        const known = isReused ? await findEndpoint(sql, ownerId, "url = $2 and disabled_at is null", url) : undefined;
        const row = known ?? (await insertEndpoint(sql, { ownerId, url, types: wish.types, at: now() }));
        return { endpoint: endpointOf(row), secret: row.secrets[0]!.secret };
      });
    },

    async listEndpoints(ownerId) {
      const { rows } = await all.query<EndpointRow>(
        "select * from understudy.webhook_endpoint where owner_id = $1 and removed_at is null order by created_at desc, id",
        [ownerId],
      );
      return rows.map(endpointOf);
    },

    async getEndpoint(ownerId, id) {
      const row = await findEndpoint(all, ownerId, "id = $2", id);
      return row && endpointOf(row);
    },

    removeEndpoint: (ownerId, id) =>
      transaction(pool, async (sql) => {
        const { rowCount } = await sql.query(
          "update understudy.webhook_endpoint set removed_at = $3 where owner_id = $1 and id = $2 and removed_at is null",
          [ownerId, id, now()],
        );
        if (rowCount === 1) await failWaiting(sql, id);
        return rowCount === 1;
      }),

    async secretOf(ownerId, id) {
      const row = await findEndpoint(all, ownerId, "id = $2", id);
      return row && liveSecrets(row.secrets, now())[0];
    },

    rotateSecret: (ownerId, id, graceSeconds) =>
      transaction(pool, async (sql) => {
        const row = await findEndpoint(sql, ownerId, "id = $2", id, "for update");
        if (row === undefined) return undefined;
        const secrets = rotatedSecrets(row.secrets, now(), graceSeconds);
        await sql.query("update understudy.webhook_endpoint set secrets = $2 where id = $1", [
          id,
          JSON.stringify(secrets),
        ]);
        return secrets[0]!.secret;
      }),

    sendTest: (ownerId, id) =>
      transaction(pool, async (sql) => {
        if ((await findEndpoint(sql, ownerId, "id = $2", id)) === undefined) return undefined;
        const news = { ownerId, type: "webhook.test", endpointId: id, data: { endpointId: id } } as const;
        const [messageId = ""] = await writeNews(sql, news, now());
        if (messageId === "") throw isDisabled();
        return readMessage(sql, ownerId, messageId);
      }),

    listMessages: (ownerId, query) => listMessages(all, ownerId, query),

    getMessage: (ownerId, id) => readMessage(all, ownerId, id),

    resend: (ownerId, messageId) =>
      transaction(pool, async (sql) => {
        const message = await readMessage(sql, ownerId, messageId);
        if (message === undefined) return undefined;
        // Locked, so that it is not disabled or removed meanwhile, which would leave the message waiting for ever.
        const endpoint = await findEndpoint(sql, ownerId, "id = $2", message.endpointId, "for update");
        if (endpoint?.disabled_at !== null) throw isDisabled();
        const at = now();
        // One that is being sent stays with whoever sends it.
        await sql.query(
          `update understudy.webhook_message set state = 'waiting', give_up_at = $3,
             next_attempt_at = case when claimed_until > $2 then next_attempt_at else $2 end
           where id = $1`,
          [messageId, at, new Date(at.getTime() + giveUpAfterMs)],
        );
        await wakeDelivery(sql);
        return readMessage(sql, ownerId, messageId);
      }),

    async forget(sql, renderIds) {
      // A scenario's body keeps its four members as they are spelled; only the address goes.
      const { rowCount } = await sql.query(
        `update understudy.webhook_message
         set body = case when body::jsonb ? 'data'
           then (body::jsonb || jsonb_build_object('data',
             jsonb_build_object('id', render_id, 'state', body::jsonb->'data'->'state', 'erased', true)))::text
           else replace(body, to_json($2::text) || ':' || (body::json -> $2), to_json($2::text) || ':""') end
         where render_id = any ($1) and type like 'render.%'`,
        [renderIds, briefWebhookFields.outputUrl],
      );
      return rowCount ?? 0;
    },
  };
}

/** What waits for an endpoint that nothing is sent to any more. */
export async function failWaiting(sql: Sql, endpointId: string): Promise<void> {
  await sql.query(
    `update understudy.webhook_message set state = 'failed', next_attempt_at = null, claimed_until = null
     where endpoint_id = $1 and state = 'waiting'`,
    [endpointId],
  );
}

async function findEndpoint(
  sql: Sql,
  ownerId: string,
  condition: "id = $2" | "url = $2 and disabled_at is null",
  value: string,
  lock: "" | "for update" = "",
): Promise<EndpointRow | undefined> {
  const { rows } = await sql.query<EndpointRow>(
    `select * from understudy.webhook_endpoint where owner_id = $1 and removed_at is null and ${condition}
     order by created_at limit 1 ${lock}`,
    [ownerId, value],
  );
  return rows[0];
}

/** @throws UnderstudyError `webhook-refused` when there are too many. */
async function insertEndpoint(
  sql: Sql,
  wish: { readonly ownerId: string; readonly url: string; readonly types: readonly WebhookType[]; readonly at: Date },
): Promise<EndpointRow> {
  if (wish.types.join() !== namedOnly.join()) await assertRoom(sql, wish.ownerId);
  const { rows } = await sql.query<EndpointRow>(
    `insert into understudy.webhook_endpoint (id, owner_id, url, event_types, secrets, created_at)
     values ($1, $2, $3, $4, $5, $6) returning *`,
    [
      `endpoint_${randomBytes(8).toString("hex")}`,
      wish.ownerId,
      wish.url,
      [...new Set(wish.types)],
      JSON.stringify([newSecret()]),
      wish.at,
    ],
  );
  return rows[0]!;
}

async function assertRoom(sql: Sql, ownerId: string): Promise<void> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::integer as count from understudy.webhook_endpoint
     where owner_id = $1 and removed_at is null and event_types <> $2`,
    [ownerId, namedOnly],
  );
  if (rows[0]!.count < maxEndpoints) return;
  throw new UnderstudyError("webhook-refused", `There are ${maxEndpoints} webhook endpoints already.`, {
    hint: "Remove one that is not needed any more: DELETE /v1/webhook-endpoints/{id}.",
  });
}

async function readMessage(sql: Sql, ownerId: string, id: string): Promise<WebhookMessage | undefined> {
  const { rows } = await sql.query<MessageRow>(
    "select * from understudy.webhook_message where owner_id = $1 and id = $2",
    [ownerId, id],
  );
  return (await withAttempts(sql, rows))[0];
}

async function listMessages(
  sql: Sql,
  ownerId: string,
  { endpointId, renderId, beforeSequence, limit }: MessageQuery,
): Promise<readonly WebhookMessage[]> {
  const order = endpointId === undefined ? "created_at desc, sequence desc, id" : "sequence desc";
  const { rows } = await sql.query<MessageRow>(
    `select * from understudy.webhook_message
     where owner_id = $1 and ($2::text is null or endpoint_id = $2) and ($3::text is null or render_id = $3)
       and ($4::bigint is null or sequence < $4)
     order by ${order} limit $5`,
    [ownerId, endpointId ?? null, renderId ?? null, beforeSequence ?? null, limit],
  );
  return withAttempts(sql, rows);
}

async function withAttempts(sql: Sql, messages: readonly MessageRow[]): Promise<readonly WebhookMessage[]> {
  const { rows } = await sql.query<AttemptRow>(
    "select * from understudy.webhook_attempt where message_id = any ($1) order by number",
    [messages.map(({ id }) => id)],
  );
  return messages.map((message) => messageOf(message, rows));
}

function isDisabled(): UnderstudyError {
  return new UnderstudyError("webhook-refused", "Nothing is sent to this endpoint any more.", {
    hint: "It was removed, or its receiver answered 410 (Gone); make a new endpoint.",
  });
}
