import { columnTroubles } from "./columns.js";
import type { ConnectionConsent } from "./connection.js";
import type { ProvidedTable } from "./provide-columns.js";

/** Whether the token may have Airtable tell of changes, or why not. */
export type HookRight = "given" | "no-creator" | "no-scope";

/** What connecting found out. */
export interface ConnectFindings extends Pick<ProvidedTable, "columns" | "missing" | "wrong" | "missingStatusTexts"> {
  readonly consent: ConnectionConsent;
  /** What counted until now; undefined: the table was not connected. */
  readonly before: ConnectionConsent | undefined;
  readonly hooks: HookRight;
  /** How often a table without a webhook is looked at. */
  readonly pollSeconds: number;
  /** Whether the configuration has a standing attestation. */
  readonly hasStanding: boolean;
}

/** What whoever connects a table should know, each in a sentence or two. */
export function connectNotes(findings: ConnectFindings): readonly string[] {
  return [...statusNotes(findings), ...columnNotes(findings), ...consentNotes(findings), ...tokenNotes(findings)];
}

/** Airtable's API adds no choices to a select that is there; a write may, on behalf of a creator. */
function statusNotes({ columns, missingStatusTexts: texts }: ConnectFindings): string[] {
  if (texts.length === 0) return [];
  const quoted = texts.map((text) => `"${text}"`).join(", ");
  return [`Add these choices to "${columns.status.name}" in Airtable, to the letter: ${quoted}.`];
}

function columnNotes(findings: ConnectFindings): string[] {
  const { missing, wrong } = findings;
  const left = missing.map(({ name }) => `"${name}"`).join(", ");
  return [
    ...(left === "" ? [] : [`Not written, because there is no such column: ${left}.`]),
    ...columnTroubles({ missing: [], wrong }).map((trouble) => `Not used: ${trouble}.`),
  ];
}

function consentNotes({ columns, consent, before, hasStanding }: ConnectFindings): string[] {
  const over = before?.kind === "standing" && consent.kind !== "standing";
  return [
    ...(over ? ["The standing attestation that it was connected with does not count any more."] : []),
    ...(consent.kind === "column" && consent.operator !== undefined && columns.consent?.type !== "checkbox"
      ? [`"${columns.consent?.name}" holds ids of consent records; the name of --attested-by stands for ticks only.`]
      : []),
    ...(consent.kind === "on-record" && !hasStanding
      ? [
          "A row whose photo has no consent record fails with consent-required. Other ways: --consent-column, or --attested-by.",
        ]
      : []),
  ];
}

const noHooks: Readonly<Record<Exclude<HookRight, "given">, string>> = {
  "no-creator": "Airtable tells of changes only where the token's user is a creator of the base",
  "no-scope": "The token lacks webhook:manage",
};

function tokenNotes({ hooks, pollSeconds }: ConnectFindings): string[] {
  const untried = "Whether the token may write rows (data.records:write) shows with the first row.";
  if (hooks === "given") return [untried];
  return [untried, `${noHooks[hooks]}: the table is looked at every ${pollSeconds} s.`];
}
