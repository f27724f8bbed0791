import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether Airtable sent this notification: `hmac-sha256=` and lower-case hex of the HMAC-SHA256 over the body as it came.
 * Source: https://airtable.com/developers/web/api/webhooks-overview#webhook-notification-delivery
 * @param header `X-Airtable-Content-MAC`.
 */
export function verifyHookMac(rawBody: Uint8Array, header: string | undefined, macSecretBase64: string): boolean {
  const secret = Buffer.from(macSecretBase64, "base64");
  // Anybody can sign with an empty secret.
  if (secret.byteLength === 0) return false;
  const expected = Buffer.from(`hmac-sha256=${createHmac("sha256", secret).update(rawBody).digest("hex")}`);
  const given = Buffer.from(header ?? "");
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}
