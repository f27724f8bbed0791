import type { WebhookAttempt, WebhookEndpoint, WebhookMessage } from "./webhook-desk.js";
import type { WebhookType } from "./webhook-outbox.js";
import type { WebhookSecret } from "./webhook-secrets.js";

/** A row of `understudy.webhook_endpoint`. */
export interface EndpointRow {
  readonly id: string;
  readonly owner_id: string;
  readonly url: string;
  readonly event_types: readonly WebhookType[];
  readonly secrets: readonly WebhookSecret[];
  readonly created_at: Date;
  readonly disabled_at: Date | null;
}

/** A row of `understudy.webhook_message`; `bigint` comes as text. */
export interface MessageRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly render_id: string | null;
  readonly type: WebhookType;
  readonly sequence: string;
  readonly body: string;
  readonly state: WebhookMessage["state"];
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
}

/** A row of `understudy.webhook_attempt`. */
export interface AttemptRow {
  readonly message_id: string;
  readonly number: number;
  readonly at: Date;
  readonly milliseconds: number;
  readonly status: number | null;
  readonly error: string | null;
}

/** A row as an endpoint. */
export function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    ownerId: row.owner_id,
    url: row.url,
    types: row.event_types,
    createdAt: row.created_at,
    ...(row.disabled_at !== null && { disabledAt: row.disabled_at }),
  };
}

/** A row as a message, with its attempts among those that were read. */
export function messageOf(row: MessageRow, attempts: readonly AttemptRow[]): WebhookMessage {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    ...(row.render_id !== null && { renderId: row.render_id }),
    type: row.type,
    sequence: Number(row.sequence),
    state: row.state,
    body: row.body,
    attempts: attempts.filter(({ message_id: id }) => id === row.id).map(attemptOf),
    createdAt: row.created_at,
    ...(row.next_attempt_at !== null && { nextAttemptAt: row.next_attempt_at }),
  };
}

function attemptOf({ number, at, milliseconds, status, error }: AttemptRow): WebhookAttempt {
  return { number, at, milliseconds, ...(status !== null && { status }), ...(error !== null && { error }) };
}
