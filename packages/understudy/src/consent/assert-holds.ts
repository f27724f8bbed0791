import { assertConsentCovers, UnderstudyError, type Consent } from "@understudy/render";
import { isProven, liveStanding, type ConsentRules } from "./consent-rules.js";
import type { ConsentData } from "./keep-consent.js";
import { restsOn } from "./standing-attestation.js";
import { assertMayAttest } from "./taken-back.js";

/**
 * Looks whether a whole record counts here and now for these photos, wherever it came from.
 * @returns whether it is not on record yet.
 * @throws UnderstudyError `consent-revoked`, `consent-altered` when the record of its id says something else,
 * `attestation-not-allowed`, and what `assertConsentCovers()` says.
 */
export async function assertHolds(
  consent: Consent,
  photoSha256: readonly string[],
  rules: ConsentRules,
  data: ConsentData,
): Promise<{ readonly isNew: boolean }> {
  const { id } = consent;
  assertNotRevoked(id, rules);
  if (await data.erasures.was(consent.subject.id)) {
    throw new UnderstudyError("consent-revoked", `Consent ${id} is of a person who was erased here.`);
  }
  const known = await data.consents.get(id);
  if (known !== undefined && known.consent.recordSha256 !== consent.recordSha256) {
    throw new UnderstudyError("consent-altered", `Consent ${id} is on record, and this one says something else.`);
  }
  if (!isProven(consent, rules)) assertMayAttest(photoSha256, rules);
  assertConsentCovers(consent, { photoSha256, uses: ["face"], now: rules.now });
  if (consent.method === "standing-attestation" && !restsOn(consent, liveStanding(rules))) {
    throw new UnderstudyError("consent-mismatch", `Consent ${id} rests on another standing attestation.`, {
      hint: "It counts only where consent.standing in the configuration says the same.",
    });
  }
  return { isNew: known === undefined };
}

/** @throws UnderstudyError `consent-revoked`, also when the record itself is damaged or was forgotten. */
export function assertNotRevoked(consentId: string, { revocations }: ConsentRules): void {
  const revocation = revocations.find((each) => each.consentId === consentId);
  if (revocation === undefined) return;
  throw new UnderstudyError("consent-revoked", `Consent ${consentId} was taken back on ${revocation.revokedAt}.`);
}
