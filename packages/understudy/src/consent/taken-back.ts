import { UnderstudyError, type Consent, type ConsentEntry } from "@understudy/render";

/** Whether a record rests on somebody else's word, not on something the person did. */
export function isAttestation({ method }: Pick<Consent, "method">): boolean {
  return method === "attested" || method === "standing-attestation";
}

/**
 * Whether the person of one of these photos took a consent back and has not given another one themselves since. Nobody
 * else's word counts for such a photo then, neither a new one nor one on record.
 */
export function isTakenBack(entries: readonly ConsentEntry[], photoSha256: readonly string[]): boolean {
  return photoSha256.some((sha256) => {
    const about = entries.filter(({ consent }) => consent.photoSha256.includes(sha256));
    const revoked = about.flatMap(({ revocation }) =>
      revocation === undefined ? [] : [Date.parse(revocation.revokedAt)],
    );
    const given = about
      .filter(({ consent, revocation }) => revocation === undefined && !isAttestation(consent))
      .map(({ consent }) => Date.parse(consent.createdAt));
    return revoked.length > 0 && Math.max(...given, Number.NEGATIVE_INFINITY) <= Math.max(...revoked);
  });
}

/** @throws UnderstudyError `consent-revoked` as `isTakenBack` says. */
export function assertNotTakenBack(entries: readonly ConsentEntry[], photoSha256: readonly string[]): void {
  if (!isTakenBack(entries, photoSha256)) return;
  throw new UnderstudyError("consent-revoked", "The person in this photo took their consent back.", {
    hint: "Only a new consent of their own opens it again: `understudy consent new --method e-signature` or recorded-passcode.",
  });
}
