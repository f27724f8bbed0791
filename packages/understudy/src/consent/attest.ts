import { attestationStatement, newConsent, type Consent, type ConsentStore } from "@understudy/render";

/**
 * An operator's word for these photos. The word of the one who attested last is not written down twice; when two people
 * attest in turn, each turn is a record of its own.
 */
export async function attest(options: {
  statedBy: string;
  photoSha256: readonly string[];
  now: Date;
  /** Where earlier attestations lie. */
  known: ConsentStore;
  /** Where a new one is kept; undefined keeps nothing. */
  store: ConsentStore | undefined;
}): Promise<Consent> {
  const { statedBy, photoSha256, now } = options;
  const stored = await options.known.find(photoSha256, now);
  const isSame =
    stored?.method === "attested" && stored.statedBy === statedBy && stored.statement === attestationStatement;
  if (stored !== undefined && isSame) return stored;
  const consent = newConsent({ method: "attested", statedBy, statement: attestationStatement, photoSha256, now });
  await options.store?.add(consent);
  return consent;
}
