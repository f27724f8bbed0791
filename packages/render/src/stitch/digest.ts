import { hash } from "node:crypto";

/** 22 characters of a payload's SHA-256: 132 bits tell any two packets apart and payloads need not be held. */
export function digestOf(payload: Uint8Array): string {
  return hash("sha256", payload, "base64").slice(0, 22);
}
