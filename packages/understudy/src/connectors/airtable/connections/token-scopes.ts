/**
 * What a token may do, and what we do with it. Only `airtable connect --create` adds tables and columns, and without
 * `webhook:manage` the table is looked at every half minute instead: a token for less risk has neither.
 * Source: https://airtable.com/developers/web/api/scopes
 */
export const scopeUses = {
  "schema.bases:read": "read which tables and columns there are",
  "data.records:read": "read rows",
  "data.records:write": "write what became of a row, and its picture",
  "schema.bases:write": "add tables and columns",
  "webhook:manage": "be told of changes at once",
} as const;

/** A scope that we have a use for. */
export type TokenScope = keyof typeof scopeUses;

/** Scopes without which there is no work. */
export const neededScopes: readonly TokenScope[] = ["schema.bases:read", "data.records:read", "data.records:write"];
