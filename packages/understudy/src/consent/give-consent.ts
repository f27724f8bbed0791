import {
  attestationStatement,
  parseConsent,
  personStatement,
  type Consent,
  type ConsentScope,
  type ConsentStatement,
} from "@understudy/render";
import type { Config } from "#config/index.js";
import { assertHolds } from "./assert-holds.js";
import type { ConsentDraft } from "./challenges.js";
import { statementOf } from "./choose-statement.js";
import { recordConsent, type RecordedConsent } from "./consent-desk.js";
import { readRules } from "./consent-rules.js";
import { withEvidence } from "./evidence.js";
import { keepConsent, type ConsentData } from "./keep-consent.js";
import { assertNobodyElses, subjectOf } from "./subject-of.js";
import { assertMayAttest } from "./taken-back.js";

/** What somebody says of a person's permission who is not at this machine's terminal. */
export interface GivenConsent {
  /** Name of the person, or their id when they are on record. */
  readonly subject: string;
  readonly photoSha256: readonly string[];
  /** Who answers for it. */
  readonly operator: string;
  /** Default: ours, for the way it is agreed to. */
  readonly statement?: Pick<ConsentStatement, "text" | "language">;
  readonly scope: Pick<ConsentScope, "use" | "channels"> & Partial<Pick<ConsentScope, "voice">>;
  /** RFC 3339, UTC. Default: until it is taken back. */
  readonly expiresAt?: string;
  /** What the person signed, as a file of this machine; without it the record is the operator's word. */
  readonly documentPath?: string;
}

/** Where a record is made, and under which policy. */
export interface ConsentRoom {
  readonly data: ConsentData;
  readonly config: Pick<Config, "consent" | "limits">;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/**
 * Makes a record of what was given; one that says the very same and is live is taken instead.
 * @throws UnderstudyError `attestation-not-allowed`, `consent-revoked`, `consent-mismatch` when a photo is on record for
 * somebody else, `unknown-subject`, `consent-invalid` for what no record may hold.
 */
export async function giveConsent(given: GivenConsent, room: ConsentRoom): Promise<RecordedConsent> {
  const { photoSha256, operator, scope, expiresAt, documentPath } = given;
  const { data, config, now, signal } = room;
  const rules = await readRules(config.consent, data, now);
  const method = documentPath === undefined ? "attested" : "e-signature";
  if (method === "attested") assertMayAttest(photoSha256, rules);
  const subject = subjectOf(rules.entries, photoSha256, given.subject);
  const end = expiresAt === undefined ? {} : { expiresAt };
  const facts = { name: subject.name, operator, scope: { voice: false, ...scope }, ...end };
  const draft: ConsentDraft = {
    method,
    subject,
    photoSha256,
    operator,
    statement: statementFor(given, () => (method === "attested" ? attestationStatement : personStatement(facts))),
    scope,
    ageConfirmed: true,
    ...end,
  };
  const desk = { io: { now: () => now }, data };
  if (documentPath === undefined) return recordConsent(draft, undefined, desk);
  const document = { what: "document", maxBytes: config.limits.maxInputBytes, signal };
  return withEvidence(data, documentPath, document, (staged) =>
    recordConsent(draft, { staged, evidence: { kind: "document", ...staged.facts } }, desk),
  );
}

/**
 * Takes over a record that was made elsewhere, whole and unchanged.
 * @throws UnderstudyError what `parseConsent()`, `assertHolds()` and `assertNobodyElses()` say of it.
 */
export async function importConsent(
  value: unknown,
  { data, config, now }: Omit<ConsentRoom, "signal">,
): Promise<{ readonly consent: Consent; readonly isNew: boolean }> {
  const consent = parseConsent(value);
  const rules = await readRules(config.consent, data, now, [consent]);
  const { isNew } = await assertHolds(consent, consent.photoSha256, rules, data);
  if (isNew) {
    assertNobodyElses(rules.entries, consent);
    await keepConsent(consent, data, now);
  }
  return { consent, isNew };
}

function statementFor({ statement }: GivenConsent, ours: () => ConsentStatement): ConsentStatement {
  return statement === undefined ? ours() : statementOf(statement.text, statement.language);
}
