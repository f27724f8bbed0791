import type { Caller, Scope } from "./caller.js";

/** A key as its owner sees it; the key itself is told once. */
export interface ApiKey extends Caller {
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  /** From when on it opens nothing; in the future for a key that was rotated and still holds. */
  readonly revokedAt?: Date;
  /** To the minute. */
  readonly lastUsedAt?: Date;
  readonly rotatedFrom?: string;
}

/** What a new key is to be. */
export interface NewKey {
  /** Undefined: a new owner. */
  readonly ownerId?: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date;
  readonly requestsPerMinute?: number;
  readonly rendersAtOnce?: number;
}

/** A key that was made, and what opens it: told this once, kept nowhere. */
export interface MadeKey {
  readonly key: ApiKey;
  readonly secret: string;
}

/** The keys of the service; only their hashes are kept. */
export interface KeyList {
  /**
   * @param secret a key that was chosen elsewhere, such as in an environment variable; default a new one. When it is listed
   * already, it is given back as it is.
   * @throws UnderstudyError `bad-usage` for a chosen key that is too short, cannot stand in a header or was revoked before, and
   * for an end that has passed.
   */
  create(wish: NewKey, secret?: string): Promise<MadeKey>;
  /** Who a key belongs to; undefined for one that is unknown, revoked or has expired. */
  find(secret: string): Promise<Caller | undefined>;
  /** A key by its id, also one that holds no longer; undefined when there is none. For whoever runs the service. */
  get(keyId: string): Promise<ApiKey | undefined>;
  /** Oldest first, also those that hold no longer. */
  list(ownerId: string): Promise<readonly ApiKey[]>;
  /** Of every owner; for whoever runs the service. */
  listAll(): Promise<readonly ApiKey[]>;
  /** From the next request on, in every process within a second. Safe to repeat. @returns false when there is none. */
  revoke(ownerId: string, keyId: string): Promise<boolean>;
  /**
   * A new key in the place of one that still holds for so long.
   * @returns undefined when there is none, or it does not hold any more.
   */
  rotate(ownerId: string, keyId: string, graceSeconds: number): Promise<MadeKey | undefined>;
}

/** Whether a key opens anything at a time. */
export function holdsAt({ expiresAt, revokedAt }: Pick<ApiKey, "expiresAt" | "revokedAt">, at: Date): boolean {
  return (expiresAt === undefined || expiresAt > at) && (revokedAt === undefined || revokedAt > at);
}
