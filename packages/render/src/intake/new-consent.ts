import { randomBytes } from "node:crypto";
import { parseConsent, type Consent } from "#model/consent.js";

/** What an operator affirms by attesting; stored word for word in the record. */
export const attestationStatement =
  "The person in this photo is an adult, has agreed to their face being placed in this video, and knows that the result is labelled as made with AI.";

/** Makes a record for these photos; `statedBy` is the operator who attests, or the author of a fictional actor. */
export function newConsent(options: {
  method: Consent["method"];
  statedBy: string;
  statement: string;
  photoSha256: readonly string[];
  now: Date;
}): Consent {
  return parseConsent({
    version: 1,
    id: `consent_${randomBytes(8).toString("hex")}`,
    method: options.method,
    statedBy: options.statedBy,
    statement: options.statement,
    photoSha256: [...options.photoSha256],
    createdAt: options.now.toISOString(),
  });
}
