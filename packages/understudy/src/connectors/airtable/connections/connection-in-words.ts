import { assertNever } from "@understudy/render";
import { columnRoles } from "./column-roles.js";
import type { AirtableConnection, ConnectionConsent, MappedColumns } from "./connection.js";

/** A connection for programs: without its webhook's secret. */
export function connectionFacts({ hook, ...facts }: AirtableConnection): object {
  return { ...facts, ...(hook !== undefined && { hook: { id: hook.id, notificationUrl: hook.notificationUrl } }) };
}

/** A connection in one line, and what keeps it from working in another. */
export function connectionInWords(connection: AirtableConnection): readonly string[] {
  const { id, baseId, ownerId, tableName, hook, lookedAt, problem } = connection;
  const by = hook === undefined ? "polled" : "told by Airtable";
  const look = lookedAt === undefined ? "never looked at" : `looked at ${lookedAt.toISOString()}`;
  const line = `${id}  ${baseId}  "${tableName}"  ${ownerId}  ${consentInWords(connection.consent)}  ${by}  ${look}`;
  if (problem === undefined) return [line];
  return [line, `    ${problem.code} since ${problem.since.toISOString()}: ${problem.message} ${problem.hint}`];
}

/** Which column plays which role, aligned; names come last, because nobody knows how wide a terminal draws them. */
export function columnsInWords(columns: MappedColumns): readonly string[] {
  const rows = columnRoles.flatMap((role) => {
    const column = columns[role];
    return column === undefined ? [] : [{ role, type: column.type, name: column.name }];
  });
  const width = Math.max(...rows.map(({ type }) => type.length));
  return rows.map(({ role, type, name }) => `${role.padEnd(roleWidth)}  ${type.padEnd(width)}  ${name}`);
}

const roleWidth = Math.max(...columnRoles.map(({ length }) => length));

function consentInWords(consent: ConnectionConsent): string {
  switch (consent.kind) {
    case "column":
      return consent.operator === undefined ? "consent column" : "consent column of ticks";
    case "standing":
      return `standing attestation until ${consent.attestation.expiresAt}`;
    case "on-record":
      return "consent on record";
    default:
      return assertNever(consent);
  }
}
