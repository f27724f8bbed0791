import type { WebhookOutbox, WebhookType } from "./webhook-outbox.js";

/** Where an owner is told. */
export interface WebhookEndpoint {
  /** `endpoint_` and 16 hex digits. */
  readonly id: string;
  readonly ownerId: string;
  readonly url: string;
  /** Empty: all types. */
  readonly types: readonly WebhookType[];
  readonly createdAt: Date;
  readonly disabledAt?: Date;
}

/** One message to one endpoint. */
export interface WebhookMessage {
  /** `msg_` and 24 characters; the same in every attempt. */
  readonly id: string;
  readonly endpointId: string;
  readonly renderId?: string;
  readonly type: WebhookType;
  /** Counts from 1 for each endpoint, without a gap. */
  readonly sequence: number;
  readonly state: "waiting" | "delivered" | "failed";
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
  readonly error?: string;
}

/** Webhook endpoints and what was sent to them. `deliver-webhooks.ts` sends. */
export interface WebhookDesk extends WebhookOutbox {
  /**
   * @param isReused an endpoint of this owner with this URL is taken instead of a second one.
   * @throws UnderstudyError for a URL that may not be asked.
   */
  createEndpoint(
    ownerId: string,
    wish: { readonly url: string; readonly types: readonly WebhookType[] },
    isReused?: boolean,
  ): Promise<{ readonly endpoint: WebhookEndpoint; /** `whsec_` and base64. */ readonly secret: string }>;
  listEndpoints(ownerId: string): Promise<readonly WebhookEndpoint[]>;
  getEndpoint(ownerId: string, id: string): Promise<WebhookEndpoint | undefined>;
  removeEndpoint(ownerId: string, id: string): Promise<boolean>;
  /** The secret that signs now. */
  secretOf(ownerId: string, id: string): Promise<string | undefined>;
  /** A new secret; the old one signs as well for so long, so that no message in between is refused. */
  rotateSecret(ownerId: string, id: string, graceSeconds: number): Promise<string | undefined>;
  /** Newest first. */
  listMessages(
    ownerId: string,
    query: {
      readonly endpointId?: string;
      readonly renderId?: string;
      readonly beforeSequence?: number;
      readonly limit: number;
    },
  ): Promise<readonly WebhookMessage[]>;
  /** Sends a message again, under its id. @returns undefined when there is none. */
  resend(ownerId: string, messageId: string): Promise<WebhookMessage | undefined>;
}
