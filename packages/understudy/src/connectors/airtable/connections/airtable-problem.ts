import { assertNever, errorFacts, UnderstudyError, type ErrorCode } from "@understudy/render";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import { monthlyLimit } from "#connectors/airtable/client/read-answer.js";
import type { AirtableConnection, ConnectionProblem } from "./connection.js";
import { neededScopes } from "./token-scopes.js";

/** What keeps a connection from working, for the person who looks after it. Messages name the token's variable, never the token. */
export function problemOf(
  thrown: unknown,
  { tokenVariable }: Pick<AirtableConnection, "tokenVariable">,
): ConnectionProblem {
  if (thrown instanceof AirtableFailure) return problemOfFailure(thrown, tokenVariable);
  if (thrown instanceof UnderstudyError) return { code: thrown.code, message: thrown.message, hint: thrown.hint };
  return problem("internal-error", "Something unexpected happened.");
}

function problemOfFailure({ kind, type }: AirtableFailure, tokenVariable: string): ConnectionProblem {
  switch (kind) {
    case "unauthorized":
      return problem(
        "airtable-token",
        `Airtable does not take the token in ${tokenVariable}: it is not whole, or was revoked.`,
        `Put a personal access token that holds into ${tokenVariable}, then start again.`,
      );
    case "forbidden":
      return problem(
        "airtable-token",
        `The token in ${tokenVariable} may not do this (${type}), or the base or table is gone.`,
        `Give the token access to the base and the scopes ${neededScopes.join(", ")}.`,
      );
    case "missing":
    case "refused":
      return problem(
        "airtable-table",
        `Airtable refuses what is asked of the table (${type}).`,
        "Run `understudy airtable check` to see what is missing in the table.",
      );
    case "unavailable":
      if (type !== monthlyLimit) return problem("airtable-unavailable", `Airtable does not answer as usual (${type}).`);
      return problem(
        "airtable-unavailable",
        "The requests that the workspace's Airtable plan allows in a month are used up.",
        "Wait for the next month, or move the workspace to a larger plan.",
      );
    default:
      return assertNever(kind);
  }
}

function problem(code: ErrorCode, message: string, hint: string = errorFacts[code].hint): ConnectionProblem {
  return { code, message, hint };
}
