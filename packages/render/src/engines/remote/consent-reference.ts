import { assertConsentCovers, consentCommitment, type Consent } from "#model/consent.js";

declare const referred: unique symbol;

/**
 * What an engine is told of a consent: somebody who holds the record checked that it covers exactly this photo. The
 * record names the person and therefore stays where it is; who holds it can later show by the commitment that it was
 * this one. Only `referToConsent()` and, for a request that came over the wire, `parseSwapClipInput()` make one. Of a
 * request an engine can check the photo's bytes and no more: for the rest it takes the word of whoever holds its key.
 */
export interface ConsentReference {
  readonly [referred]: true;
  /** `consent_` and 16 hex digits. */
  readonly id: string;
  /** `consentCommitment()` of the record, lower-case hex. */
  readonly commitment: string;
  /** SHA-256 of the one photo that may be drawn, lower-case hex. */
  readonly photoSha256: string;
}

/**
 * Checks that a record covers the use of a photo's face now, and makes the reference that an engine asks for.
 * @throws UnderstudyError `consent-expired`, `consent-mismatch`, `age-unconfirmed`.
 */
export function referToConsent(
  consent: Consent,
  photo: { readonly sha256: string; readonly now: Date },
): ConsentReference {
  assertConsentCovers(consent, { photoSha256: [photo.sha256], uses: ["face"], now: photo.now });
  return checkedReference({ id: consent.id, commitment: consentCommitment(consent), photoSha256: photo.sha256 });
}

/** For the two makers alone: marks facts as checked. */
export function checkedReference(facts: Omit<ConsentReference, typeof referred>): ConsentReference {
  return facts as ConsentReference;
}
