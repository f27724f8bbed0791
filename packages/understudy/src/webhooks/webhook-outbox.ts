import type { Sql } from "#postgres/database.js";

/** Kinds of news that an endpoint can ask for. */
export const newsTypes = [
  "render.finished",
  "render.failed",
  "render.cancelled",
  "consent.revoked",
  "subject.erased",
  "report.created",
] as const;

/** Kinds of news that webhooks carry; a test goes to the endpoint that is tested, and to no other. */
export const webhookTypes = [...newsTypes, "webhook.test"] as const;

/** A kind of news. */
export type WebhookType = (typeof webhookTypes)[number];

/** News for an owner. */
export interface WebhookNews {
  readonly ownerId: string;
  readonly type: WebhookType;
  readonly renderId?: string;
  /** An endpoint that is told in any case, besides those that want this type. */
  readonly endpointId?: string;
  /** JSON text that this endpoint is sent in the place of our own body: it speaks another one's language. */
  readonly namedBody?: string;
  /** What the body's `data` says: ids, states, addresses, the caller's own metadata. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where news is put down for delivery. */
export interface WebhookOutbox {
  /**
   * Writes one message for each endpoint that wants it, in the caller's transaction: told if and only if that counts. From here to
   * the end of the transaction no other news of this owner is written, so that sequences have no gap: add it last.
   */
  add(sql: Sql, news: WebhookNews, now: Date): Promise<void>;
}
