import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { webhookHeaderNames, webhookSignature } from "#http/webhook-signature.js";
import { RunPodClientError } from "./errors.js";

/** What a signature is checked with. */
export interface WebhookVerification {
  /** `whsec_` and base64. */
  readonly secret: string;
  readonly headers: Headers | IncomingHttpHeaders;
  /** Milliseconds since 1970; default the time of day. */
  readonly now?: (() => number) | undefined;
}

/** How far a signed webhook's time may be from ours, in milliseconds (Standard Webhooks). */
const webhookToleranceMs = 5 * 60_000;

/**
 * Checks that whoever holds the secret sent exactly these bytes, less than five minutes ago (Standard Webhooks 1.0). One good
 * signature among several is enough: while a secret is changed, the old and the new one both sign.
 * @param body as it came, not parsed and written again.
 * @throws RunPodClientError `webhook-unverified`.
 */
export function verifyWebhook(body: string | Uint8Array, verification: WebhookVerification): void {
  const { secret, headers, now = Date.now } = verification;
  const id = headerOf(headers, webhookHeaderNames.id);
  const seconds = headerOf(headers, webhookHeaderNames.timestamp);
  const signatures = headerOf(headers, webhookHeaderNames.signature);
  if (id === "" || signatures === "" || !/^\d{1,12}$/.test(seconds)) throw unverified("The webhook is not signed.");
  if (Math.abs(now() - Number(seconds) * 1_000) > webhookToleranceMs) {
    throw unverified("The webhook's time is more than 5 minutes from ours.");
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw new RunPodClientError("bad-options", "The webhook secret is empty.");
  const expected = webhookSignature(key, { id, seconds, body });
  const isSigned = signatures.split(" ").some((signature) => {
    const [version, base64 = ""] = signature.split(",");
    const given = Buffer.from(base64, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw unverified("The webhook's signature does not fit.");
}

function headerOf(headers: Headers | IncomingHttpHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : "";
}

function unverified(message: string): RunPodClientError {
  return new RunPodClientError("webhook-unverified", message);
}
