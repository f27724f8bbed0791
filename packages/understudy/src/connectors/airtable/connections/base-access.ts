import { UnderstudyError } from "@understudy/render";
import type { AirtableBase, AirtableClient, AirtableTable } from "#connectors/airtable/client/airtable-client.js";
import { isRefusal } from "#connectors/airtable/client/airtable-failure.js";
import { assertHeld, needing, type TokenUse } from "./needing.js";
import { neededScopes } from "./token-scopes.js";

/** A base, as a token sees it. */
export interface BaseAccess {
  readonly tables: readonly AirtableTable[];
  /** What the token's user may do there; undefined: Airtable does not say. */
  readonly level: AirtableBase["permissionLevel"] | undefined;
}

/**
 * Looks at what a token may do in a base, and which tables there are.
 * @throws UnderstudyError `airtable-token`: it is refused, has no access to the base, lacks a scope as far as Airtable says, or its
 * user may only read; else what `needing` throws.
 */
export async function lookAtBase(use: TokenUse, client: AirtableClient): Promise<BaseAccess> {
  assertHeld(await needing("schema.bases:read", use, client.scopes()), neededScopes, use);
  const bases = await needing("schema.bases:read", use, client.bases().catch(undefinedIfRefused));
  const level = bases?.find(({ id }) => id === use.baseId)?.permissionLevel;
  const asked = client.tables(use.baseId).catch((thrown: unknown) => {
    if (bases !== undefined && level === undefined && isRefusal(thrown)) throw noAccess(use);
    throw thrown;
  });
  const tables = await needing("schema.bases:read", use, asked);
  if (level !== undefined && level !== "edit" && level !== "create") throw mayOnlyRead(use);
  return { tables, level };
}

/** That they cannot be listed is not held against a token that can read the base. */
function undefinedIfRefused(thrown: unknown): undefined {
  if (!isRefusal(thrown)) throw thrown;
}

function noAccess({ tokenVariable, baseId }: TokenUse): UnderstudyError {
  return new UnderstudyError(
    "airtable-token",
    `The token in ${tokenVariable} has no access to ${baseId}, or there is no such base.`,
    {
      hint: "Compare the id with the base's address in the browser, or add the base to the token at https://airtable.com/create/tokens.",
    },
  );
}

function mayOnlyRead({ tokenVariable, baseId }: TokenUse): UnderstudyError {
  return new UnderstudyError("airtable-token", `The user of the token in ${tokenVariable} may only read ${baseId}.`, {
    hint: "Have them made an editor of the base, or better a creator; or take the token of somebody who is.",
  });
}
