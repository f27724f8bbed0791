import { isOwnConsent, newConsent, type Consent, type ConsentEntry, type NewConsent } from "@understudy/render";
import { keepConsent, type ConsentData } from "./keep-consent.js";
import { subjectOf } from "./subject-of.js";

/** Somebody's word for the person of a photo. */
export type Attestation = Pick<NewConsent, "method" | "operator" | "statement" | "scope" | "expiresAt">;

/**
 * An operator's word for these photos. The word of the one who attested last is not written down twice; when two people
 * attest in turn, each turn is a record of its own.
 */
export async function attest(
  attestation: Attestation,
  options: {
    readonly photoSha256: readonly string[];
    readonly entries: readonly ConsentEntry[];
    readonly data: ConsentData;
    /** False keeps nothing. */
    readonly mayRemember: boolean;
    readonly now: Date;
  },
): Promise<Consent> {
  const { photoSha256, entries, data, mayRemember, now } = options;
  const stored = await data.consents.find(photoSha256, now, (consent) => !isOwnConsent(consent));
  if (stored !== undefined && saysTheSame(stored, attestation)) return stored;
  const subject = subjectOf(entries, photoSha256);
  const consent = newConsent({ ...attestation, subject, ageConfirmed: true, photoSha256, now });
  if (mayRemember) await keepConsent(consent, data, now);
  return consent;
}

/** What an attestation leaves open may be narrower on record. */
function saysTheSame(stored: Consent, { method, operator, statement, scope, expiresAt }: Attestation): boolean {
  return (
    stored.method === method &&
    stored.operator === operator &&
    stored.statement.text === statement.text &&
    (scope?.use === undefined || stored.scope.use === scope.use) &&
    (expiresAt === undefined || stored.expiresAt === expiresAt)
  );
}
