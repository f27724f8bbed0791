import { consentCommitment, type Consent, type ConsentEntry } from "@understudy/render";

/** What the person keeps: the facts of the record, and how to take it back. */
export interface ConsentReceipt {
  readonly receiptVersion: 1;
  readonly issuedAt: string;
  /** The record without its salt, which would let who finds the receipt link it to published videos. */
  readonly consent: Omit<Consent, "salt">;
  /** What the credentials of the videos say of the record. */
  readonly commitment: string;
  readonly revokedAt?: string;
  /** Where the person can reach the operator; empty when the installation does not say. */
  readonly contact: string;
  /** For the operator: what to run when the person asks. */
  readonly commands: { readonly revoke: string; readonly erase: string };
}
