import { hasExpired, type Consent, type ConsentEntry } from "@understudy/render";
import { printable, printableLine } from "#cli/printable.js";
import type { MadeConsent } from "./make-consent.js";
import type { NewConsentFlags } from "./new-consent-flags.js";
import type { TakenBack } from "./take-back.js";

/** What a record is worth at a moment. */
export type ConsentState = "live" | "expired" | "revoked";

/** One record as `consent list` shows it. */
export interface ConsentRow {
  readonly id: string;
  readonly subject: Consent["subject"];
  readonly method: Consent["method"];
  readonly state: ConsentState;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly photoSha256: readonly string[];
}

/** Whether a record holds; a revocation is stronger than the end of its time. */
export function stateOf({ consent, revocation }: ConsentEntry, now: Date): ConsentState {
  if (revocation !== undefined) return "revoked";
  return hasExpired(consent, now) ? "expired" : "live";
}

/** The row of a record. */
export function rowOf(entry: ConsentEntry, now: Date): ConsentRow {
  const { id, subject, method, createdAt, expiresAt, photoSha256 } = entry.consent;
  const end = expiresAt === undefined ? {} : { expiresAt };
  return { id, subject, method, state: stateOf(entry, now), createdAt, ...end, photoSha256 };
}

/** A row as one line. */
export function rowInWords({ id, subject, method, state, expiresAt, photoSha256 }: ConsentRow): string {
  const until = expiresAt === undefined ? "no end" : `until ${expiresAt.slice(0, 10)}`;
  const cells = [id, state.padEnd(7), method.padEnd(20), until.padEnd(16), photosInWords(photoSha256)];
  return `${printableLine([...cells, `${subject.name} (${subject.id})`].join("  "))}\n`;
}

/** A whole record for people: what was agreed to, and everything that is held against it. */
export function entryInWords({ consent, revocation }: ConsentEntry, state: ConsentState): string {
  const { subject, scope, statement, evidence } = consent;
  const rows: [string, string][] = [
    ["state", state],
    ["subject", `${subject.name} (${subject.id})`],
    ["method", consent.method],
    ["operator", consent.operator],
    ["uses", [...(scope.face ? ["face"] : []), ...(scope.voice ? ["voice"] : [])].join(", ")],
    ["for", scope.use],
    ["shown", scope.channels.length === 0 ? "anywhere" : scope.channels.join(", ")],
    ["age", consent.ageConfirmed ? "18 or older, confirmed" : "not confirmed"],
    ["made", consent.createdAt],
    ["ends", consent.expiresAt ?? "when it is taken back"],
    ...(revocation === undefined ? [] : [["taken back", revocationFacts(revocation)] as [string, string]]),
    ...consent.photoSha256.map((sha256): [string, string] => ["photo", sha256]),
    ...evidence.map((each): [string, string] => ["evidence", evidenceInWords(each)]),
    ["record", consent.recordSha256],
  ];
  const lines = rows.map(([name, value]) => printableLine(`  ${name.padEnd(11)} ${value}`));
  const words = printable(statement.text).replaceAll("\n", "\n    ");
  return `${consent.id}\n${lines.join("\n")}\n  agreed to, word for word (${statement.language}, version ${printableLine(statement.version)}):\n    ${words}\n`;
}

/** What `consent new --json` says. */
export function factsOfMade(made: MadeConsent): object {
  if (!("challenge" in made)) return made;
  const { id, words, expiresAt, draft } = made.challenge;
  return { challenge: { id, text: draft.statement.text, words, expiresAt } };
}

/** What `consent new` says to people: the record in a line, or what comes next. */
export function madeInWords(made: MadeConsent, flags: NewConsentFlags): string {
  if ("statement" in made) return `${printable(made.statement.text)}\n`;
  if ("consent" in made) {
    const { id, method, subject } = made.consent;
    return printable(
      `✓ ${id} recorded: ${method}, for ${subject.name} (${subject.id})\n  For the person: understudy consent receipt ${id}\n`,
    );
  }
  const { id, expiresAt, draft } = made.challenge;
  const photos = (flags.photo ?? []).map((photo) => ` --photo ${quoted(photo)}`).join("");
  return `The person says this to a camera, alone and in good light:

  ${printable(draft.statement.text)}

Then, before ${expiresAt}:
  understudy consent new --method recorded-passcode --challenge ${id}${printableLine(photos)} --recording FILE
`;
}

/** What `consent revoke` says to people. */
export function revocationInWords({ consentId, revokedAt, isNew, outputs }: TakenBack): string {
  const lines = [
    isNew ? `✓ ${consentId} is taken back` : `${consentId} was taken back on ${revokedAt}`,
    outputs.length === 0 ? "Nothing was made under it." : `${outputs.length} files were made under it:`,
    ...outputs.map(({ state, path }) => `  ${state.padEnd(7)}  ${path}`),
    `To remove everything that is kept of this person: understudy erase --subject ${consentId}`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

function photosInWords({ length }: readonly string[]): string {
  return length === 1 ? "1 photo " : `${length} photos`;
}

function revocationFacts({ revokedAt, revokedBy, reason }: NonNullable<ConsentEntry["revocation"]>): string {
  return `${revokedAt}, noted by ${revokedBy}${reason === undefined ? "" : `: ${reason}`}`;
}

function evidenceInWords({ kind, sha256, faceMatch, words }: Consent["evidence"][number]): string {
  const match =
    faceMatch === undefined ? "" : `, face similarity ${faceMatch.similarity} (${faceMatch.threshold} needed)`;
  return `${kind} ${sha256}${match}${words === undefined ? "" : `, words ${words}`}`;
}

/** Fit for a shell, so that the line can be copied. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
