import { createHmac } from "node:crypto";

/** Headers of a signed webhook, after the Standard Webhooks specification 1.0.0. */
export const webhookHeaderNames = {
  id: "webhook-id",
  /** Seconds since 1970. */
  timestamp: "webhook-timestamp",
  /** One or more, separated by blanks: `v1,BASE64`. */
  signature: "webhook-signature",
} as const;

/** HMAC-SHA256 of `ID.SECONDS.BODY`, which both ends compute. */
export function webhookSignature(
  key: Uint8Array,
  signed: { readonly id: string; readonly seconds: string; readonly body: string | Uint8Array },
): Buffer {
  return createHmac("sha256", key).update(`${signed.id}.${signed.seconds}.`).update(signed.body).digest();
}
