import type { Consent } from "#model/consent.js";

/** A person took their consent back. */
export interface Revocation {
  readonly consentId: string;
  readonly revokedAt: string;
  /** Who noted it; absent when that was forgotten, or cannot be read. */
  readonly revokedBy?: string;
  readonly reason?: string;
  /** What the record covered. Absent when neither revocation nor record can be read: then it may be any photo. */
  readonly photoSha256?: readonly string[];
}

/** A record and, when it was taken back, how. */
export interface ConsentEntry {
  readonly consent: Consent;
  readonly revocation?: Revocation;
}

/**
 * Keeps consent records. Append-only: a record is added once and never changed, taking it back is a second entry; only
 * `forget()` and `erase()` take away. One contract suite runs against every implementation.
 */
export interface ConsentStore {
  /** @throws UnderstudyError `output-exists` when there is a record of this id that differs. */
  add(consent: Consent): Promise<void>;
  /** Notes a revocation, with the photos of its record; the first one stays. @throws UnderstudyError `unknown-consent`. */
  revoke(revocation: Omit<Revocation, "photoSha256">): Promise<void>;
  /** @throws UnderstudyError what `parseConsent()` says of a record that is there and damaged. */
  get(consentId: string): Promise<ConsentEntry | undefined>;
  /**
   * All records, oldest first. Damaged ones are passed over.
   * @throws UnderstudyError `data-folder-unreadable` when it cannot be told what there is.
   */
  list(): Promise<ConsentEntry[]>;
  /**
   * All revocations, also of records that are damaged or were forgotten.
   * @throws UnderstudyError `data-folder-unreadable` when it cannot be told what there is.
   */
  revocations(): Promise<Revocation[]>;
  /**
   * A live record (not expired, not revoked) that covers all the photos. What a person agreed to themselves comes before
   * somebody else's word, the newer before the older.
   * @param isAccepted refuses records that a policy does not count; default all count.
   */
  find(
    photoSha256: readonly string[],
    now: Date,
    isAccepted?: (consent: Consent) => boolean,
  ): Promise<Consent | undefined>;
  /**
   * Removes a record. Its revocation stays, with photos and time and nothing else, so that the same record given again is
   * still taken back. No error when there is none.
   */
  forget(consentId: string): Promise<void>;
  /** Removes a record and its revocation; no error when there is none. */
  erase(consentId: string): Promise<void>;
}
