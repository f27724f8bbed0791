import { makeId } from "./ids.js";
import { notPermitted, notPermittedOrNotFound, refuse } from "./refusal.js";

/** Scopes of tokens that matter here. Source: https://airtable.com/developers/web/api/scopes */
export type TokenScope =
  | "data.records:read"
  | "data.records:write"
  | "schema.bases:read"
  | "schema.bases:write"
  | "webhook:manage"
  | "user.email:read";

/** What the token's user may do in all bases, least first. */
export const roles = ["read", "editor", "creator"] as const;

/** A user's role. */
export type Role = (typeof roles)[number];

/** A personal access token. */
export interface NewToken {
  readonly token: string;
  readonly scopes: readonly TokenScope[];
  /** Default creator. */
  readonly role?: Role;
  /** Ids of the bases it was granted. Default: all. */
  readonly bases?: readonly string[];
  /** Tokens of OAuth are told their scopes by `whoami`, personal access tokens are not. Default personal. */
  readonly kind?: "personal" | "oauth";
}

/** A token that holds. */
export interface HeldToken extends NewToken {
  readonly role: Role;
  readonly userId: string;
}

/** Tokens that hold. */
export interface TokenList {
  add(token: NewToken): void;
  revoke(token: string): void;
  /** @throws Refusal 401. */
  ofHeader(authorization: string | undefined): HeldToken;
}

/** An empty list. Bodies of 401: https://support.airtable.com/docs/airtable-api-common-troubleshooting */
export function createTokenList(): TokenList {
  const tokens = new Map<string, HeldToken>();
  return {
    add(token) {
      tokens.set(token.token, { ...token, role: token.role ?? "creator", userId: makeId("usr") });
    },
    revoke(token) {
      tokens.delete(token);
    },
    ofHeader(authorization) {
      const [, text] = /^Bearer\s+(\S+)$/i.exec(authorization ?? "") ?? [];
      if (text === undefined) {
        throw refuse(401, "AUTHENTICATION_REQUIRED", "Authentication required");
      }
      const token = tokens.get(text);
      if (token === undefined) {
        throw refuse(401, "UNAUTHORIZED", "Invalid authentication token");
      }
      return token;
    },
  };
}

/** @throws Refusal 403 when the token lacks a scope. */
export function assertScopes(token: HeldToken, scopes: readonly TokenScope[]): void {
  if (!scopes.every((scope) => token.scopes.includes(scope))) {
    throw notPermittedOrNotFound();
  }
}

/** @throws Refusal 403 when the token's user has a lesser role. */
export function assertRole(token: HeldToken, role: Role): void {
  if (roles.indexOf(token.role) < roles.indexOf(role)) {
    throw notPermitted();
  }
}
