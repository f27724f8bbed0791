import { UnderstudyError } from "@understudy/render";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { problemOf } from "./airtable-problem.js";
import type { AirtableConnection } from "./connection.js";
import { scopeUses, type TokenScope } from "./token-scopes.js";

/** Whose token is asked about what. */
export type TokenUse = Pick<AirtableConnection, "tokenVariable" | "baseId">;

/**
 * Waits for what needs a scope. Airtable does not tell a personal access token's scopes, so a refusal is how one learns of them.
 * @throws UnderstudyError `airtable-token` that names the scope, `airtable-table`, `airtable-unavailable`.
 */
export async function needing<T>(scope: TokenScope, use: TokenUse, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof AirtableFailure)) throw thrown;
    if (thrown.kind === "forbidden" || thrown.kind === "missing") throw lacks([scope], use);
    const { code, message, hint } = problemOf(thrown, use);
    throw new UnderstudyError(code, message, { hint, cause: thrown });
  }
}

/** Refuses a token that Airtable says lacks a scope. @param held undefined: Airtable does not say. */
export function assertHeld(held: readonly string[] | undefined, needed: readonly TokenScope[], use: TokenUse): void {
  const missing = needed.filter((scope) => held?.includes(scope) === false);
  if (missing.length > 0) throw lacks(missing, use);
}

function lacks(scopes: readonly TokenScope[], { tokenVariable, baseId }: TokenUse): UnderstudyError {
  const uses = scopes.map((scope) => scopeUses[scope]).join(", or ");
  const needsCreator = scopes.includes("schema.bases:write") ? "; its user must be a creator of the base" : "";
  return new UnderstudyError("airtable-token", `The token in ${tokenVariable} may not ${uses} in ${baseId}.`, {
    hint: `Give it access to that base and ${scopes.join(", ")}, at https://airtable.com/create/tokens${needsCreator}.`,
  });
}
