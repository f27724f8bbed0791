import { hasExpired, type Consent, type ConsentEntry } from "@understudy/render";
import { isProven, liveStanding, type ConsentRules } from "./consent-rules.js";
import { connectionWordOf, restsOn } from "./standing-attestation.js";
import { isTakenBack } from "./taken-back.js";

/** What a record is worth at a moment. `not counted`: it is somebody's word where policy or person let none count. */
export type ConsentState = "live" | "expired" | "revoked" | "not counted";

/** Whether a record holds, and counts; a revocation is stronger than the end of its time. */
export function stateOf(entry: ConsentEntry, rules: ConsentRules): ConsentState {
  if (entry.revocation !== undefined) return "revoked";
  if (!isLive(entry, rules.now)) return "expired";
  // What a connection attests counts for its own rows, though the configuration says nothing of it.
  const standing = connectionWordOf(entry.consent) ?? rules.standing;
  return counts(entry.consent, entry.consent.photoSha256, { ...rules, standing }) ? "live" : "not counted";
}

/** Whether a record was neither taken back nor ran out. */
export function isLive({ consent, revocation }: ConsentEntry, now: Date): boolean {
  return revocation === undefined && !hasExpired(consent, now);
}

/** What a person did themselves counts as it stands; everything else only as long as policy and person let it. */
export function counts(consent: Consent, photoSha256: readonly string[], rules: ConsentRules): boolean {
  if (!consent.scope.face || !consent.ageConfirmed) return false;
  if (isProven(consent, rules)) return true;
  if (!rules.allowAttested || isTakenBack(photoSha256, rules)) return false;
  return consent.method !== "standing-attestation" || restsOn(consent, liveStanding(rules));
}
