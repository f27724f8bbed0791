import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { guardedPost } from "@understudy/runpod/endpoint";
import { transaction, type Database } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import type { LogFacts, ServiceLog } from "#serve/service-log.js";
import { claimMessages } from "#webhooks/claim-messages.js";
import { deliverMessage, type DeliveryTools } from "#webhooks/deliver-message.js";
import { attemptLimits } from "#webhooks/deliver-webhooks.js";
import { createWebhookDesk } from "#webhooks/postgres-webhook-desk.js";
import type { WebhookDesk } from "#webhooks/webhook-desk.js";
import type { WebhookNews } from "#webhooks/webhook-outbox.js";

/** Lets a test reach its own servers. */
export const loopbackPolicy = parseAddressPolicy(["loopback"]);

/** A desk without endpoints, and a clock that stands until it is moved. */
export interface WebhookWorld {
  readonly database: Database;
  readonly desk: WebhookDesk;
  readonly tools: DeliveryTools;
  /** What was logged. */
  readonly lines: readonly LogFacts[];
  now(): Date;
  wait(seconds: number): void;
  /** Tells `owner_a`, in a transaction of its own. */
  tell(news?: Partial<WebhookNews>): Promise<void>;
  /** Sends what is due, until nothing is; as the running delivery does, but one round after the other. */
  deliver(): Promise<void>;
}

/** Opens, for each test of a file, a desk whose clock stands at noon on 1 May 2026. They share a database, one after the other. */
export function shareWebhookWorld(): () => Promise<WebhookWorld> {
  const shared = shareTestDatabase();
  return async () => {
    await shared().pool.query("truncate understudy.webhook_endpoint cascade");
    return createWorld(shared());
  };
}

function createWorld(database: Database): WebhookWorld {
  let ms = Date.parse("2026-05-01T12:00:00Z");
  const now = (): Date => new Date(ms);
  const lines: LogFacts[] = [];
  const note = (facts: LogFacts): void => void lines.push(facts);
  const log: ServiceLog = { info: note, warn: note, error: note };
  const post = guardedPost(loopbackPolicy, attemptLimits);
  const tools: DeliveryTools = { pool: database.pool, post, log, now, random: () => 0 };
  const desk = createWebhookDesk({ pool: database.pool, policy: loopbackPolicy, now });
  return {
    database,
    desk,
    tools,
    lines,
    now,
    wait: (seconds) => void (ms += seconds * 1_000),
    tell: (news) =>
      transaction(database.pool, (sql) =>
        desk.add(sql, { ownerId: "owner_a", type: "render.finished", data: {}, ...news }, now()),
      ),
    async deliver() {
      for (;;) {
        const claims = await claimMessages(database.pool, { now: now(), limit: 8, busy: [] });
        if (claims.length === 0) return;
        await Promise.all(claims.map((claim) => deliverMessage(claim, tools)));
      }
    },
  };
}
