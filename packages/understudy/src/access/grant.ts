import { UnderstudyError } from "@understudy/render";
import type { ApiKey, NewKey } from "./key-list.js";

/** What is asked for of a key. */
export type Grant = Pick<NewKey, "scopes" | "expiresAt" | "requestsPerMinute" | "rendersAtOnce">;

/**
 * Nobody gives more than they have: neither scopes, nor limits, nor time.
 * @param giver the key that asks; one in its grace time gives nothing that outlives it.
 * @throws UnderstudyError `forbidden`.
 */
export function assertMayGrant(giver: ApiKey, grant: Grant): void {
  const lacking = grant.scopes.filter((scope) => !giver.scopes.includes(scope));
  if (lacking.length > 0) throw beyond(`it has not the scope ${lacking.join(", ")} itself`);
  if ((grant.requestsPerMinute ?? 0) > giver.requestsPerMinute) {
    throw beyond(`it may make only ${giver.requestsPerMinute} requests each minute itself`);
  }
  if ((grant.rendersAtOnce ?? 0) > giver.rendersAtOnce) {
    throw beyond(`it may have only ${giver.rendersAtOnce} renders in work at a time itself`);
  }
  const end = endOf(giver);
  if (end < (grant.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY)) throw beyond("that key would outlive it");
}

function endOf({ expiresAt, revokedAt }: ApiKey): number {
  const ends = [expiresAt, revokedAt].map((end) => end?.getTime() ?? Number.POSITIVE_INFINITY);
  return Math.min(...ends);
}

function beyond(why: string): UnderstudyError {
  return new UnderstudyError("forbidden", `This key cannot give that to another: ${why}.`, {
    hint: "Ask for less, or use a key that has it.",
  });
}
