import { createHmac } from "node:crypto";
import { findSecrets, type FoundSecret } from "./find-secrets.js";

/**
 * A text with every credential in it replaced by its kind, first characters, length and fingerprint. Line breaks stay,
 * so that lines keep their numbers.
 */
export function redact(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (const secret of findSecrets(text)) {
    const value = text.slice(secret.start, secret.end);
    parts.push(text.slice(done, secret.start), `<${describeSecret(secret, value)}>`, value.replace(/[^\n]/g, ""));
    done = secret.end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(done);
}

/** What may be told of a credential: `AWS access key id AKIA…, 20 characters, #1f0c93ab`. */
export function describeSecret({ kind, length }: Pick<FoundSecret, "kind" | "length">, value: string): string {
  // Four of few characters, or a hash of them, would help whoever guesses the rest.
  if (length < shortestToldLength || kind === "private key") return `${kind}, ${length} characters`;
  return `${kind} ${value.slice(0, 4)}…, ${length} characters, #${fingerprintOf(value)}`;
}

const shortestToldLength = 20;

/**
 * Tells two findings of one credential from two credentials. 32 bits under a salt of our own: no table of hashes of
 * leaked keys finds it, and it holds too little to go back. Always the same, as baselines outlive a run.
 */
function fingerprintOf(value: string): string {
  return createHmac("sha256", "understudy/preflight/secret/1").update(value).digest("hex").slice(0, 8);
}
