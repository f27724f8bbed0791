import { hasExpired, UnderstudyError, type ConsentStore } from "@understudy/render";
import type { ConsentStanding, JudgedMatch, RenderMatch } from "./verify-report.js";

/**
 * Looks how the consents behind a render stand now.
 * @throws UnderstudyError `data-folder-unreadable` when it cannot be told whether one was taken back.
 */
export async function judgeMatch(
  { consentIds, ...match }: RenderMatch,
  store: Pick<ConsentStore, "get" | "revocations">,
  now: Date,
): Promise<JudgedMatch> {
  const consents = await Promise.all(consentIds.map((consentId) => consentStandingOf(consentId, store, now)));
  const [worst] = consents.toSorted((a, b) => worstFirst.indexOf(a.consentState) - worstFirst.indexOf(b.consentState));
  if (worst === undefined) throw new Error("a render has a cast");
  return { ...match, ...worst, consents };
}

const worstFirst: readonly ConsentStanding["consentState"][] = ["revoked", "expired", "unknown", "live"];

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
  if (revocation !== undefined) return { consentId, consentState: "revoked", consentEndedAt: revocation.revokedAt };
  const consent = (await consents.get(consentId).catch(passOverDamage))?.consent;
  if (consent === undefined) return { consentId, consentState: "unknown" };
  if (!hasExpired(consent, now)) return { consentId, consentState: "live" };
  const end = consent.expiresAt === undefined ? {} : { consentEndedAt: consent.expiresAt };
  return { consentId, consentState: "expired", ...end };
}

function passOverDamage(thrown: unknown): undefined {
  if (thrown instanceof UnderstudyError && thrown.code !== "data-folder-unreadable") return undefined;
  throw thrown;
}
