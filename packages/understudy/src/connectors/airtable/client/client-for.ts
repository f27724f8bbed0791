import { UnderstudyError } from "@understudy/render";
import type { AirtableClient, AirtableClientOptions } from "./airtable-client.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import { createAirtableClient } from "./create-airtable-client.js";

/** What all clients of a process share. */
export interface AirtableWorld extends Omit<AirtableClientOptions, "token" | "endpointUrl"> {
  /** `AIRTABLE_ENDPOINT_URL` replaces Airtable's own address, as it does for Airtable's npm client. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the client of a connection, with the token that its variable holds.
 * @throws UnderstudyError `airtable-token` when there is none.
 */
export function clientFor(
  { tokenVariable }: Pick<AirtableConnection, "tokenVariable">,
  { env, ...shared }: AirtableWorld,
): AirtableClient {
  const endpointUrl = env["AIRTABLE_ENDPOINT_URL"];
  return createAirtableClient({
    ...shared,
    token: tokenIn(tokenVariable, env[tokenVariable]),
    ...(endpointUrl && { endpointUrl }),
  });
}

function tokenIn(variable: string, token: string | undefined): string {
  if (token !== undefined && /^[\x21-\x7e]{10,500}$/.test(token)) return token;
  const what = token ? "holds no personal access token of Airtable" : "is not set";
  throw new UnderstudyError("airtable-token", `The environment variable ${variable} ${what}.`, {
    hint: `Put a personal access token into ${variable}, then start again; docs/airtable.md says with which scopes.`,
  });
}
