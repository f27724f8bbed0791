import { assertNever, type Consent, type ConsentEntry, type Revocation } from "@understudy/render";
import { printable, printableLine } from "#cli/printable.js";
import type { RecordedConsent } from "./consent-desk.js";
import type { ConsentState } from "./consent-state.js";
import type { MadeConsent } from "./make-consent.js";
import type { NewConsentFlags } from "./new-consent-flags.js";
import type { TakenBack } from "./take-back.js";

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

/** The row of a record. */
export function rowOf({ consent }: ConsentEntry, state: ConsentState): ConsentRow {
  const { id, subject, method, createdAt, expiresAt, photoSha256 } = consent;
  const end = expiresAt === undefined ? {} : { expiresAt };
  return { id, subject, method, state, createdAt, ...end, photoSha256 };
}

/** A row as one line. */
export function rowInWords({ id, subject, method, state, expiresAt, photoSha256 }: ConsentRow): string {
  const until = expiresAt === undefined ? "no end" : `until ${expiresAt.slice(0, 10)}`;
  const cells = [id, state.padEnd(11), method.padEnd(20), until.padEnd(16), photosInWords(photoSha256)];
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

/** The permission that a render rests on, in one line. */
export function consentInLine(consent: Consent): string {
  return `${consent.id} (${groundInWords(consent)})`;
}

/** What `consent new --json` says. */
export function factsOfMade(made: MadeConsent): object {
  if (!("challenge" in made)) return made;
  const { challenge, ...rest } = made;
  const { id, words, expiresAt, draft } = challenge;
  return { challenge: { id, text: draft.statement.text, words, expiresAt }, ...rest };
}

/** What `consent new` says to people: the record in a line, or what comes next. */
export function madeInWords(made: MadeConsent, flags: NewConsentFlags): string {
  if ("statement" in made) return `${printable(made.statement.text)}\n`;
  if ("consent" in made) return recordedInWords(made);
  const { id, expiresAt, draft } = made.challenge;
  const photos = (flags.photo ?? []).map((photo) => ` --photo ${quoted(photo)}`).join("");
  return `The person says this to a camera, alone and in good light:

  ${printable(draft.statement.text)}

Then, within 30 minutes (until ${expiresAt.slice(11, 16)} UTC):
  understudy consent new --method recorded-passcode --challenge ${id}${printableLine(photos)} --recording FILE
`;
}

function recordedInWords({ consent, isNew, evidencePath }: RecordedConsent): string {
  const { id, method, subject, evidence } = consent;
  const match = evidence.find(({ faceMatch }) => faceMatch !== undefined)?.faceMatch;
  const isUnheard = evidence.some(({ words }) => words === "not-checked");
  const whose = `${method}, for ${subject.name} (${subject.id})`;
  const lines = [
    isNew ? `✓ ${id} recorded: ${whose}` : `${id} says the same already: ${whose}. Nothing was added.`,
    ...(match === undefined
      ? []
      : [`  Face compared: ${match.similarity.toFixed(2)} (${match.threshold.toFixed(2)} needed).`]),
    ...(isUnheard
      ? [`  The words were not checked: listen to the recording before you rely on it: ${evidencePath}`]
      : []),
    `  For the person: understudy consent receipt ${id}`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

/** What `consent revoke` says to people. */
export function revocationInWords(back: TakenBack): string {
  const { consentId, subject, method, revokedAt, isNew, outputs, otherLiveConsents } = back;
  const whose = subject === undefined ? "" : ` (${method}, ${subject.name}, ${subject.id})`;
  const widest = Math.max(7, ...outputs.map(({ state }) => state.length));
  const elsewhere = outputs.find(({ state }) => state === "elsewhere");
  const lines = [
    isNew ? `✓ ${consentId} is taken back${whose}` : `${consentId} was taken back on ${revokedAt}${whose}`,
    outputs.length === 0 ? "Nothing was made under it." : `${filesInWords(outputs.length)} made under it:`,
    ...outputs.map(({ state, path }) => `  ${state.padEnd(widest)}  ${path}`),
    ...(outputs.some(({ state }) => state === "there")
      ? ["To delete them: the same command with --delete-outputs."]
      : []),
    ...(elsewhere === undefined
      ? []
      : [
          `What is elsewhere lies at ${elsewhere.endpointUrl}: set the BUCKET_* variables for it, then run this again.`,
        ]),
    ...othersInWords(subject?.id, otherLiveConsents),
    `To remove everything that is kept of this person: understudy erase --subject ${subject?.id ?? consentId}`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

function othersInWords(subjectId: string | undefined, others: TakenBack["otherLiveConsents"]): string[] {
  if (others.length === 0) return [];
  return [
    "On record for the same photo, and not taken back:",
    ...others.map(
      ({ consentId, method, outputCount }) => `  ${consentId}  ${method}, ${filesInWords(outputCount)} made under it`,
    ),
    "Of these, only what the person agreed to themselves still counts.",
    `To take back all of this person: understudy consent revoke --subject ${subjectId}`,
  ];
}

function filesInWords(count: number): string {
  return count === 1 ? "1 file was" : `${count} files were`;
}

function groundInWords({ method, operator, scope, expiresAt }: Consent): string {
  const until = expiresAt === undefined ? "" : `; until ${expiresAt.slice(0, 10)}`;
  switch (method) {
    case "attested":
      return `word of ${operator}: agreed, and 18 or older${until}`;
    case "standing-attestation":
      return `standing word of ${operator}: agreed, and 18 or older; for ${scope.use}${until}`;
    case "e-signature":
    case "recorded-passcode":
      return `${method} of the person, for ${scope.use}; ${scope.channels.join(", ") || "anywhere"}${until}`;
    case "fictional":
      return `word of ${operator}: the person is invented${until}`;
    default:
      return assertNever(method);
  }
}

function photosInWords({ length }: readonly string[]): string {
  return length === 1 ? "1 photo " : `${length} photos`;
}

function revocationFacts({ revokedAt, revokedBy, reason }: Revocation): string {
  return `${revokedAt}${revokedBy === undefined ? "" : `, noted by ${revokedBy}`}${reason === undefined ? "" : `: ${reason}`}`;
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
