import type { Sql } from "#postgres/database.js";

/** Kinds of news that webhooks carry. */
export const webhookTypes = [
  "render.finished",
  "render.failed",
  "render.cancelled",
  "consent.revoked",
  "subject.erased",
  "report.created",
  "webhook.test",
] as const;

/** A kind of news. */
export type WebhookType = (typeof webhookTypes)[number];

/** News for an owner. */
export interface WebhookNews {
  readonly ownerId: string;
  readonly type: WebhookType;
  readonly renderId?: string;
  /** An endpoint that is told in any case, besides those that want this type. */
  readonly endpointId?: string;
  /** What the body's `data` says: ids, states and addresses, nothing personal. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where news is put down for delivery. */
export interface WebhookOutbox {
  /** Writes one message for each endpoint that wants it, in the caller's transaction: told if and only if that counts. */
  add(sql: Sql, news: WebhookNews, now: Date): Promise<void>;
}
