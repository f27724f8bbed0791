import { resolve } from "node:path";
import { newConsent, type ConsentEntry, type ConsentStatement } from "@understudy/render";
import { createChallenges, type Challenge } from "./challenges.js";
import { withPasscode } from "./choose-statement.js";
import { readPhotos, recordConsent, type ConsentDesk, type RecordedConsent } from "./consent-desk.js";
import { readRules } from "./consent-rules.js";
import { draftConsent } from "./draft-consent.js";
import { withEvidence } from "./evidence.js";
import { methodOf, needed, type NewConsentFlags } from "./new-consent-flags.js";
import { redeemPasscode } from "./redeem-passcode.js";
import { subjectOf, type SubjectChoice } from "./subject-of.js";
import { assertMayAttest } from "./taken-back.js";

/** A record; or, on the first of two calls for a recorded passcode, what is to be spoken; or only the text. */
export type MadeConsent =
  | (RecordedConsent & Remark)
  | ({ readonly challenge: Challenge } & Remark)
  | { readonly statement: ConsentStatement };

interface Remark {
  /** What the operator should look at. */
  readonly note?: string;
}

/**
 * Makes a record as the command line says, or the passcode for one.
 * @throws UnderstudyError `bad-usage`, `file-missing`, `age-unconfirmed`, `attestation-not-allowed`, `consent-revoked`,
 * `consent-mismatch`, `unknown-subject`, `unknown-challenge`, `challenge-expired`, and what `readPhoto()` and
 * `checkRecording()` throw.
 */
export async function makeConsent(flags: NewConsentFlags, desk: ConsentDesk): Promise<MadeConsent> {
  const method = methodOf(flags);
  const photos = await readPhotos(flags.photo ?? [], desk);
  if (flags.challenge !== undefined) return redeemPasscode(flags, flags.challenge, photos, desk);

  const { io, config, data } = desk;
  const now = io.now();
  const photoSha256 = photos.map(({ sha256 }) => sha256);
  const rules = await readRules(config.consent, data, now);
  if (method === "attested") assertMayAttest(photoSha256, rules);
  const { entries } = rules;
  const subject = subjectOf(entries, photoSha256, needed(flags.subject, "--subject NAME", "whose face it is"));
  const draft = await draftConsent(flags, { method, subject, photoSha256 }, desk, now);
  // What no record may hold is refused before anybody speaks it or signs for it; there is no evidence yet.
  newConsent({ ...draft, method: "attested", now });
  if (flags.show === true) return { statement: draft.statement };
  const note = noteOnName(subject, entries);
  if (method === "recorded-passcode") {
    const challenge = await createChallenges(data.challengesFolder).issue(
      (words) => ({ ...draft, statement: withPasscode(draft.statement, words) }),
      now,
    );
    await data.audit.append({ kind: "challenge-issued", challengeId: challenge.id }, now);
    return { challenge, ...note };
  }
  if (flags.evidence === undefined) return { ...(await recordConsent(draft, undefined, desk)), ...note };
  const document = { what: "evidence", maxBytes: config.limits.maxInputBytes, signal: io.signal };
  return withEvidence(data, resolve(io.cwd, flags.evidence), document, async (staged) => {
    const evidence = { kind: "document", ...staged.facts } as const;
    return { ...(await recordConsent(draft, { staged, evidence }, desk)), ...note };
  });
}

/** Two people may have one name; one person should not become two. */
function noteOnName({ id, name }: SubjectChoice, entries: readonly ConsentEntry[]): Remark {
  const ids = new Set(entries.flatMap(({ consent: { subject } }) => (subject.name === name ? [subject.id] : [])));
  if (ids.size === 0 || (id !== undefined && ids.has(id))) return {};
  return {
    note: `There is a ${name} already (${[...ids].join(", ")}). If it is the same person, give that id as --subject.`,
  };
}
