import { resolve } from "node:path";
import { newConsent, UnderstudyError, type Consent, type ConsentStatement } from "@understudy/render";
import { createChallenges, type Challenge } from "./challenges.js";
import { withPasscode } from "./choose-statement.js";
import { readPhotos, recordConsent, type ConsentDesk } from "./consent-desk.js";
import { draftConsent } from "./draft-consent.js";
import { withEvidence } from "./evidence.js";
import { methodOf, needed, type NewConsentFlags } from "./new-consent-flags.js";
import { redeemPasscode } from "./redeem-passcode.js";
import { subjectOf } from "./subject-of.js";
import { assertNotTakenBack } from "./taken-back.js";

/** A record; or, on the first of two calls for a recorded passcode, what is to be spoken; or only the text. */
export type MadeConsent =
  | { readonly consent: Consent }
  | { readonly challenge: Challenge }
  | { readonly statement: ConsentStatement };

/**
 * Makes a record as the command line says, or the passcode for one.
 * @throws UnderstudyError `bad-usage`, `file-missing`, `age-unconfirmed`, `attestation-not-allowed`, `consent-revoked`,
 * `consent-mismatch`, `unknown-subject`, `unknown-challenge`, `challenge-expired`, and what `checkRecording()` throws.
 */
export async function makeConsent(flags: NewConsentFlags, desk: ConsentDesk): Promise<MadeConsent> {
  const method = methodOf(flags);
  const photos = await readPhotos(flags.photo ?? [], desk);
  if (flags.challenge !== undefined) return { consent: await redeemPasscode(flags, flags.challenge, photos, desk) };

  const { io, config, data } = desk;
  const now = io.now();
  const entries = await data.consents.list();
  const photoSha256 = photos.map(({ sha256 }) => sha256);
  if (method === "attested") {
    if (!config.consent.allowAttested) {
      throw new UnderstudyError("attestation-not-allowed", "The policy of this installation takes nobody else's word.");
    }
    assertNotTakenBack(entries, photoSha256);
  }
  const subject = subjectOf(entries, photoSha256, needed(flags.subject, "--subject NAME", "whose face it is"));
  const draft = await draftConsent(flags, { method, subject, photoSha256 }, desk, now);
  // What no record may hold is refused before anybody speaks it or signs for it.
  newConsent({ ...draft, now });
  if (flags.show === true) return { statement: draft.statement };
  if (method === "recorded-passcode") {
    const challenge = await createChallenges(data.challengesFolder).issue(
      (words) => ({ ...draft, statement: withPasscode(draft.statement, words) }),
      now,
    );
    await data.audit.append({ kind: "challenge-issued", challengeId: challenge.id }, now);
    return { challenge };
  }
  if (flags.evidence === undefined) return { consent: await recordConsent(draft, [], desk) };
  const document = { what: "evidence", maxBytes: config.limits.maxInputBytes, signal: io.signal };
  return withEvidence(data.evidenceFolder, resolve(io.cwd, flags.evidence), document, async (staged) => {
    await staged.keep();
    return { consent: await recordConsent(draft, [{ kind: "document", ...staged.facts }], desk) };
  });
}
