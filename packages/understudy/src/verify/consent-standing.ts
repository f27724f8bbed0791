import { hasExpired, UnderstudyError, type ConsentStore } from "@understudy/render";
import type { ConsentStanding } from "./verify-report.js";

/**
 * How the consent behind a render stands now.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told whether it was taken back.
 */
export async function consentStandingOf(
  consentId: string,
  consents: Pick<ConsentStore, "get" | "revocations">,
  now: Date,
): Promise<ConsentStanding> {
  // Told apart from the record: a revocation outlives it, and counts when the record is damaged.
  const revocation = (await consents.revocations()).find((each) => each.consentId === consentId);
  if (revocation !== undefined) return { consentState: "revoked", consentEndedAt: revocation.revokedAt };
  const consent = (await consents.get(consentId).catch(passOverDamage))?.consent;
  if (consent === undefined) return { consentState: "unknown" };
  if (!hasExpired(consent, now)) return { consentState: "live" };
  return { consentState: "expired", ...(consent.expiresAt !== undefined && { consentEndedAt: consent.expiresAt }) };
}

function passOverDamage(thrown: unknown): undefined {
  if (thrown instanceof UnderstudyError && thrown.code !== "data-folder-unreadable") return undefined;
  throw thrown;
}
