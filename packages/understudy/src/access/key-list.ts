import type { Caller, Scope } from "./caller.js";

/** A key as its owner sees it; the key itself is told once. */
export interface ApiKey extends Caller {
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
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

/** The keys of the service; only their hashes are kept. */
export interface KeyList {
  /** @param secret a key that was chosen elsewhere, such as in an environment variable; default a new one. */
  create(wish: NewKey, secret?: string): Promise<{ readonly key: ApiKey; readonly secret: string }>;
  /** Who a key belongs to; undefined for one that is unknown, revoked or has expired. */
  find(secret: string): Promise<Caller | undefined>;
  list(ownerId: string): Promise<readonly ApiKey[]>;
  /** From the next request on, in every process within a second. @returns false when there is none. */
  revoke(ownerId: string, keyId: string): Promise<boolean>;
  /** A new key in the place of one that still holds for so long. @returns undefined when there is none. */
  rotate(
    ownerId: string,
    keyId: string,
    graceSeconds: number,
  ): Promise<{ readonly key: ApiKey; readonly secret: string } | undefined>;
}
