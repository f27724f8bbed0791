/** What a key may be used for. */
export const scopes = [
  "renders:read",
  "renders:write",
  "uploads:write",
  "consents:read",
  "consents:write",
  "subjects:erase",
  "webhooks:read",
  "webhooks:write",
  "keys:read",
  "keys:write",
  "reports:read",
  "jobs",
  "metrics:read",
] as const;

/** What a key may be used for; `jobs` opens the RunPod routes. */
export type Scope = (typeof scopes)[number];

/**
 * What a key may do when nothing else is said: everything within its owner. `keys:write` is left out, so that whoever steals a
 * key cannot make another that outlives its revocation; `jobs` and `metrics:read` reach what belongs to all owners.
 */
export const defaultScopes: readonly Scope[] = scopes.filter(
  (scope) => scope !== "keys:write" && scope !== "jobs" && scope !== "metrics:read",
);

/** Who sent a request: somebody with a key. Everything of an owner is invisible to every other owner. */
export interface Caller {
  /** `owner_` and 16 hex digits. */
  readonly ownerId: string;
  /** `key_` and 16 hex digits. */
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** Requests that this key may make each minute. */
  readonly requestsPerMinute: number;
  /** Renders of this key that are in work at a time; the others wait. */
  readonly rendersAtOnce: number;
}
