import { hasExpired, UnderstudyError, type Revocation } from "@understudy/render";
import { isProven, type ConsentRules } from "./consent-rules.js";

/**
 * Whether the person of one of these photos took a consent back and has given no other one themselves since that is live.
 * Nobody else's word counts for such a photo then, neither a new one nor one on record.
 */
export function isTakenBack(photoSha256: readonly string[], rules: ConsentRules): boolean {
  return closingRevocation(photoSha256, rules) !== undefined;
}

/**
 * @throws UnderstudyError `consent-revoked` as `isTakenBack` says; `data-folder-unreadable` when it may be so, because
 * nobody can tell for which photos a consent was taken back.
 */
export function assertNotTakenBack(photoSha256: readonly string[], rules: ConsentRules): void {
  const closing = closingRevocation(photoSha256, rules);
  if (closing === undefined) return;
  if (closing.photoSha256 !== undefined) {
    throw new UnderstudyError("consent-revoked", "The person in this photo took their consent back.", {
      hint: "Only a new consent of their own opens it again: `understudy consent new --method e-signature` or recorded-passcode.",
    });
  }
  const message = `Consent ${closing.consentId} was taken back, and its record cannot be read: it may be about this photo.`;
  throw new UnderstudyError("data-folder-unreadable", message, {
    hint: "Put its file back into dataFolder/consents from a backup. Until then only what people agreed to themselves counts.",
  });
}

/** @throws UnderstudyError `attestation-not-allowed` by policy, and what `assertNotTakenBack()` says. */
export function assertMayAttest(photoSha256: readonly string[], rules: ConsentRules): void {
  if (!rules.allowAttested) {
    throw new UnderstudyError("attestation-not-allowed", "The policy of this installation takes nobody else's word.");
  }
  assertNotTakenBack(photoSha256, rules);
}

function closingRevocation(photoSha256: readonly string[], rules: ConsentRules): Revocation | undefined {
  for (const sha256 of photoSha256) {
    const openedAt = Math.max(...givenThemselves(sha256, rules));
    const isClosing = ({ photoSha256: about, revokedAt }: Revocation) =>
      (about === undefined || about.includes(sha256)) && Date.parse(revokedAt) >= openedAt;
    const closing = rules.revocations.filter(isClosing);
    if (closing.length > 0) return closing.find((each) => each.photoSha256 !== undefined) ?? closing[0];
  }
  return undefined;
}

/** When the person of a photo gave the consents of their own that are live. */
function givenThemselves(sha256: string, rules: ConsentRules): number[] {
  return rules.entries
    .filter(
      ({ consent, revocation }) =>
        revocation === undefined &&
        consent.photoSha256.includes(sha256) &&
        !hasExpired(consent, rules.now) &&
        isProven(consent, rules),
    )
    .map(({ consent }) => Date.parse(consent.createdAt));
}
