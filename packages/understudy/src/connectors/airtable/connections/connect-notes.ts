import { columnTroubles } from "./columns.js";
import type { ConnectionConsent } from "./connection.js";
import type { ProvidedTable } from "./provide-columns.js";

/** What connecting found out. */
export interface ConnectFindings extends Pick<ProvidedTable, "columns" | "missing" | "wrong" | "missingStatusTexts"> {
  readonly consent: ConnectionConsent;
  /** Whether the token may have Airtable tell of changes. */
  readonly hasHooks: boolean;
  /** Whether the configuration has a standing attestation. */
  readonly hasStanding: boolean;
}

/** What whoever connects a table should know, a sentence each. */
export function connectNotes(findings: ConnectFindings): readonly string[] {
  return [...statusNotes(findings), ...columnNotes(findings), ...consentNotes(findings), ...tokenNotes(findings)];
}

/** Airtable's API adds no choices to a select that is there; a write may, on behalf of who may. */
function statusNotes({ columns, missingStatusTexts: texts }: ConnectFindings): string[] {
  if (texts.length === 0) return [];
  const quoted = texts.map((text) => `"${text}"`).join(", ");
  return [
    `The column "${columns.status.name}" has no choice ${quoted}: add what is missing in Airtable, to the letter; what is not there when it is first written is added then, if the token's user may.`,
  ];
}

function columnNotes(findings: ConnectFindings): string[] {
  const troubles = columnTroubles(findings);
  return troubles.length === 0 ? [] : [`Not every column is used: ${troubles.join(". ")}.`];
}

function consentNotes({ columns, consent, hasStanding }: ConnectFindings): string[] {
  if (consent.kind === "column" && consent.operator !== undefined && columns.consent?.type !== "checkbox") {
    return [
      `"${columns.consent?.name}" holds ids of consent records; the name of --attested-by stands for ticks only.`,
    ];
  }
  if (consent.kind !== "on-record" || hasStanding) return [];
  return [
    "Every row needs a consent record for its photo: without one it fails with consent-required. --consent-column and --attested-by are other ways.",
  ];
}

function tokenNotes({ hasHooks }: ConnectFindings): string[] {
  const untried = "Whether the token may write rows (data.records:write) shows with the first row.";
  if (hasHooks) return [untried];
  return [
    untried,
    "The token makes no webhooks (webhook:manage): the table is looked at every few seconds instead, as airtable.pollSeconds says.",
  ];
}
