import { webhookHeaderNames, webhookSignature } from "#http/webhook-signature.js";

/** What a webhook's headers are made of. */
export interface WebhookMessage {
  /** The same for every attempt. */
  readonly id: string;
  readonly body: string;
  /** Seconds since 1970, by the time of day: receivers compare it with theirs. */
  readonly timestampSeconds: number;
}

/**
 * A webhook's headers. The id is always there, so that a receiver knows a delivery that comes again.
 * @param secrets each signs; with none there is no signature. More than one while a receiver changes from the old to the new.
 * @throws RangeError for a secret that is none.
 */
export function webhookHeaders(message: WebhookMessage, secrets: readonly string[]): Readonly<Record<string, string>> {
  const { id, body } = message;
  const seconds = String(message.timestampSeconds);
  const names = webhookHeaderNames;
  const headers = { "content-type": "application/json", [names.id]: id, [names.timestamp]: seconds };
  if (secrets.length === 0) return headers;
  const signatures = secrets.map((secret) => webhookSignature(keyOf(secret), { id, seconds, body }).toString("base64"));
  return { ...headers, [names.signature]: signatures.map((signature) => `v1,${signature}`).join(" ") };
}

/**
 * The key in a secret.
 * @throws RangeError when it is not `whsec_` and the base64 of 24 to 64 bytes, as the specification wants.
 */
export function keyOf(secret: string): Buffer {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1] ?? "";
  const key = Buffer.from(encoded, "base64");
  if (key.length < 24 || key.length > 64)
    throw new RangeError("A webhook secret is `whsec_` and 24 to 64 bytes as base64.");
  return key;
}
