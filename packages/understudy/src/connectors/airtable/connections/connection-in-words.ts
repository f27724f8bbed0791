import { assertNever } from "@understudy/render";
import { columnRoles } from "./column-roles.js";
import type { AirtableConnection, ConnectionConsent, MappedColumns } from "./connection.js";
import { typeInWords } from "./type-in-words.js";

/** A connection for programs: without its webhook's secret. */
export function connectionFacts({ hook, ...facts }: AirtableConnection): object {
  return { ...facts, ...(hook !== undefined && { hook: { id: hook.id, notificationUrl: hook.notificationUrl } }) };
}

/** A connection in three lines that fit a terminal, and what keeps it from working in two more. */
export function connectionInWords(connection: AirtableConnection): readonly string[] {
  const { id, baseId, ownerId, keyId, tableName, hook, lookedAt, problem } = connection;
  const by = hook === undefined ? "no webhook" : "told by Airtable";
  const look =
    lookedAt === undefined ? "not looked at yet: `understudy serve` does" : `looked at ${lookedAt.toISOString()}`;
  const lines = [
    `${id}  ${baseId}  "${tableName}"`,
    `    ${ownerId}, ${keyId}, ${consentInWords(connection.consent)}`,
    `    ${by}, ${look}`,
  ];
  if (problem === undefined) return lines;
  const { code, since, message, hint } = problem;
  return [...lines, `  ✗ ${code} since ${since.toISOString()}: ${message}`, `    ${hint}`];
}

/** Which column plays which role, aligned; names come last, because nobody knows how wide a terminal draws them. */
export function columnsInWords(columns: MappedColumns): readonly string[] {
  const rows = columnRoles.flatMap((role) => {
    const column = columns[role];
    return column === undefined ? [] : [{ role, type: typeInWords(column.type), name: column.name }];
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
