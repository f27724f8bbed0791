import { createHash, randomBytes } from "node:crypto";
import { UnderstudyError } from "@understudy/render";

/** A new key: `us_` and 192 random bits in base64url, 35 characters. */
export function newKeySecret(): string {
  return `us_${randomBytes(24).toString("base64url")}`;
}

/** What is kept of a key, and looked up. */
export function keySha256(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Whether a text can be a key at all: what is not one costs no look into the database. */
export function canBeKey(text: string): boolean {
  return /^[\x21-\x7e]{24,200}$/.test(text);
}

/** @throws UnderstudyError `bad-usage`; the message does not repeat the key. */
export function assertCanBeKey(secret: string): void {
  if (canBeKey(secret)) return;
  throw new UnderstudyError("bad-usage", "A chosen key has 24 to 200 visible ASCII characters, without blanks.", {
    hint: "Take 32 random ones, such as `openssl rand -hex 16` prints, or let a key be made.",
  });
}
