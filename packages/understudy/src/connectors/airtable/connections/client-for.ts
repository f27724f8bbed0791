import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { UnderstudyError } from "@understudy/render";
import type { AirtableClient, AirtableClientOptions } from "#connectors/airtable/client/airtable-client.js";
import { createAirtableClient } from "#connectors/airtable/client/create-airtable-client.js";
import { isLoopback } from "#endpoint/listen-address.js";
import type { AirtableConnection } from "./connection.js";

/** What all clients of a process share. */
export interface AirtableWorld extends Omit<AirtableClientOptions, "token" | "endpointUrl"> {
  /** `AIRTABLE_ENDPOINT_URL` replaces Airtable's own address, as it does for Airtable's npm client. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Makes the client of a connection, with the token that its variable holds.
 * @throws UnderstudyError `airtable-token` when there is none, or it would travel in clear.
 */
export function clientFor(
  { tokenVariable }: Pick<AirtableConnection, "tokenVariable">,
  { env, ...shared }: AirtableWorld,
): AirtableClient {
  const endpointUrl = env["AIRTABLE_ENDPOINT_URL"];
  const token = tokenIn(tokenVariable, env[tokenVariable]);
  if (endpointUrl) assertPrivate(endpointUrl);
  return createAirtableClient({ ...shared, token, ...(endpointUrl && { endpointUrl }) });
}

/** The address itself is not told: it may hold a password. */
function assertPrivate(endpointUrl: string): void {
  const { protocol, hostname } = parseUrl(endpointUrl) ?? { protocol: "", hostname: "" };
  if (protocol === "https:" || (protocol === "http:" && isLoopback(hostname.replace(/^\[|\]$/g, "")))) return;
  throw new UnderstudyError("airtable-token", "AIRTABLE_ENDPOINT_URL is no https address, and gets no token.", {
    hint: "Take it out of the environment; it is for a stand-in of Airtable on this machine, or behind https.",
  });
}

function tokenIn(variable: string, token: string | undefined): string {
  if (token !== undefined && /^[\x21-\x7e]{10,500}$/.test(token)) return token;
  const what = token ? "holds no personal access token of Airtable" : "is not set";
  throw new UnderstudyError("airtable-token", `The environment variable ${variable} ${what}.`, {
    hint: `Put a personal access token into ${variable}, then start again; docs/airtable.md says with which scopes.`,
  });
}
