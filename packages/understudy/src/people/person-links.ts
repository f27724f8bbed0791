/** Whose page a token opens. */
export interface PersonPage {
  readonly ownerId: string;
  readonly subjectId: string;
}

/** Addresses of pages for the people in the photos: `/me/TOKEN`, without a login. */
export interface PersonLinks {
  /** A new address for a person; earlier ones stay valid. */
  make(page: PersonPage): Promise<{ readonly token: string; readonly url: string }>;
  /** Undefined for a token that is unknown or revoked. */
  find(token: string): Promise<PersonPage | undefined>;
  /** All addresses that an owner made for a person; another owner's hold. */
  revoke(page: PersonPage): Promise<void>;
}
