import type { Sql } from "#postgres/database.js";
import type { WebhookOutbox, WebhookType } from "./webhook-outbox.js";

/** Where an owner is told. */
export interface WebhookEndpoint {
  /** `endpoint_` and 16 hex digits. */
  readonly id: string;
  readonly ownerId: string;
  readonly url: string;
  /** Empty: all types. `webhook.test` alone: only news that names this endpoint. */
  readonly types: readonly WebhookType[];
  readonly createdAt: Date;
  /** Since when nothing is sent: its receiver answered 410. */
  readonly disabledAt?: Date;
}

/** One message to one endpoint. */
export interface WebhookMessage {
  /** `msg_` and 24 hex digits; the same in every attempt. */
  readonly id: string;
  readonly endpointId: string;
  readonly renderId?: string;
  readonly type: WebhookType;
  /** Counts from 1 for each endpoint, without a gap. */
  readonly sequence: number;
  readonly state: "waiting" | "delivered" | "failed";
  /** JSON text, as it is sent. */
  readonly body: string;
  readonly attempts: readonly WebhookAttempt[];
  readonly createdAt: Date;
  readonly nextAttemptAt?: Date;
}

/** One try to deliver a message. */
export interface WebhookAttempt {
  readonly number: number;
  readonly at: Date;
  readonly milliseconds: number;
  /** Of the answer; absent when there was none. */
  readonly status?: number;
  /** Why there was no answer, one word such as `too-slow`. */
  readonly error?: string;
}

/** Which messages to list. */
export interface MessageQuery {
  readonly endpointId?: string;
  readonly renderId?: string;
  /** Only with `endpointId`: each endpoint counts for itself. */
  readonly beforeSequence?: number;
  readonly limit: number;
}

/** Webhook endpoints and what was sent to them. `deliver-webhooks.ts` sends. */
export interface WebhookDesk extends WebhookOutbox {
  /**
   * @param isReused an endpoint of this owner with this URL is taken instead of a second one.
   * @throws UnderstudyError `webhook-refused` for a URL that may not be asked, and for more than 100 endpoints; those that are
   * told only what names them do not count.
   */
  createEndpoint(
    ownerId: string,
    wish: { readonly url: string; readonly types: readonly WebhookType[] },
    isReused?: boolean,
  ): Promise<{ readonly endpoint: WebhookEndpoint; /** `whsec_` and base64. */ readonly secret: string }>;
  /** Newest first. */
  listEndpoints(ownerId: string): Promise<readonly WebhookEndpoint[]>;
  getEndpoint(ownerId: string, id: string): Promise<WebhookEndpoint | undefined>;
  /** What it was still to be sent counts as failed. @returns false when there is none. */
  removeEndpoint(ownerId: string, id: string): Promise<boolean>;
  /** The secret that signs now. */
  secretOf(ownerId: string, id: string): Promise<string | undefined>;
  /**
   * A new secret; the old one signs as well for so long, so that no message in between is refused. Five at most sign at a time; the
   * oldest gives way.
   */
  rotateSecret(ownerId: string, id: string, graceSeconds: number): Promise<string | undefined>;
  /**
   * Sends `webhook.test` to one endpoint.
   * @throws UnderstudyError `webhook-refused` when it is disabled.
   * @returns undefined when there is no such endpoint.
   */
  sendTest(ownerId: string, id: string): Promise<WebhookMessage | undefined>;
  /** Newest first. */
  listMessages(ownerId: string, query: MessageQuery): Promise<readonly WebhookMessage[]>;
  getMessage(ownerId: string, id: string): Promise<WebhookMessage | undefined>;
  /**
   * Sends a message again, under its id and for another 24 hours.
   * @throws UnderstudyError `webhook-refused` when its endpoint is disabled or was removed.
   * @returns undefined when there is none.
   */
  resend(ownerId: string, messageId: string): Promise<WebhookMessage | undefined>;
  /**
   * Takes everything but id and state out of the messages about the ends of these renders, for an erasure: the caller's metadata
   * may name the person. What still waits is sent so, and no sequence is missing.
   * @returns how many were changed.
   */
  forget(sql: Sql, renderIds: readonly string[]): Promise<number>;
}
