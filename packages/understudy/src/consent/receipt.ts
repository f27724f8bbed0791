import { consentCommitment, type Consent, type ConsentEntry } from "@understudy/render";
import { otherLiveOnes } from "./take-back.js";

/** What the person keeps: the whole record, and how to take it back. */
export interface ConsentReceipt {
  readonly receiptVersion: 1;
  readonly issuedAt: string;
  /** Its own hash is `recordSha256`; with the salt the person can show that a commitment is theirs. */
  readonly consent: Consent;
  /** What the credentials of every video made under it say of the record. */
  readonly commitment: string;
  readonly revokedAt?: string;
  /** Ids of other records of the person for the same photo that were not taken back. */
  readonly otherLiveConsents: readonly string[];
  /** Where the person can reach the operator; empty when the installation does not say. */
  readonly contact: string;
  /** What the operator runs when the person asks. */
  readonly commands: { readonly revoke: string; readonly erase: string };
}

/** The receipt of a record. Pure. @param others what is on record besides. */
export function receiptOf(
  { consent, revocation }: ConsentEntry,
  { contact, now, others }: { readonly contact: string; readonly now: Date; readonly others: readonly ConsentEntry[] },
): ConsentReceipt {
  return {
    receiptVersion: 1,
    issuedAt: now.toISOString(),
    consent,
    commitment: consentCommitment(consent),
    ...(revocation === undefined ? {} : { revokedAt: revocation.revokedAt }),
    otherLiveConsents: otherLiveOnes(consent, others, now).map(({ id }) => id),
    contact: contact.trim(),
    commands: {
      revoke: `understudy consent revoke ${consent.id}`,
      erase: `understudy erase --subject ${consent.subject.id}`,
    },
  };
}
