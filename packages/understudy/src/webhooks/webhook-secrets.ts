import { randomBytes } from "node:crypto";

/** A secret of an endpoint, as its row keeps it. */
export interface WebhookSecret {
  /** `whsec_` and the base64 of 32 random bytes. */
  readonly secret: string;
  /** RFC 3339; absent for the newest. */
  readonly expiresAt?: string;
}

/** Each signature adds 47 bytes to a header, and receivers try them all. */
const maxSecrets = 5;

/** A secret of 256 random bits; Standard Webhooks wants 192 to 512. */
export function newSecret(): WebhookSecret {
  return { secret: `whsec_${randomBytes(32).toString("base64")}` };
}

/** The secrets that sign at a time, newest first. */
export function liveSecrets(secrets: readonly WebhookSecret[], now: Date): readonly string[] {
  return secrets.filter((secret) => isLive(secret, now)).map(({ secret }) => secret);
}

/** A new secret in front; the others sign on until the grace is over, or as long as they had left, whichever is shorter. */
export function rotatedSecrets(
  secrets: readonly WebhookSecret[],
  now: Date,
  graceSeconds: number,
): readonly WebhookSecret[] {
  const end = now.getTime() + graceSeconds * 1_000;
  const older = secrets.map(({ secret, expiresAt }) => ({
    secret,
    expiresAt: new Date(Math.min(end, expiresAt === undefined ? end : Date.parse(expiresAt))).toISOString(),
  }));
  return [newSecret(), ...older.filter((secret) => isLive(secret, now))].slice(0, maxSecrets);
}

function isLive({ expiresAt }: WebhookSecret, now: Date): boolean {
  return expiresAt === undefined || Date.parse(expiresAt) > now.getTime();
}
