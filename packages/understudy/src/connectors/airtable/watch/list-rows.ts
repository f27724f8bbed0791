import type { RecordPage, RecordQuery } from "#connectors/airtable/client/airtable-client.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { ConnectionWork } from "./connection-work.js";

/** Lists records that fulfil a formula, with the columns that say what is asked for, page by page. */
export async function* listRows(
  formula: string,
  { connection, client, turn }: ConnectionWork,
): AsyncGenerator<RecordPage["records"]> {
  const query: RecordQuery = { formula, fieldIds: inputFieldIds(connection) };
  let offset: string | undefined;
  do {
    turn.signal.throwIfAborted();
    const asked = offset === undefined ? query : { ...query, offset };
    const page = await client.listRecords(connection.baseId, connection.tableId, asked);
    yield page.records;
    offset = page.offset;
  } while (offset !== undefined);
}

/** The formula that records of these ids fulfil. */
export function isOneOf(recordIds: readonly string[]): string {
  return `OR(${recordIds.map((id) => `RECORD_ID()='${id}'`).join(",")})`;
}

/** Ids of the columns that say what is asked for; the others are ours to write, or of no use. */
export function inputFieldIds({
  columns,
  consent,
}: Pick<AirtableConnection, "columns" | "consent">): readonly string[] {
  const { source, face, status } = columns;
  const word = consent.kind === "column" ? columns.consent : undefined;
  return [source, face, status, word].flatMap((column) => (column === undefined ? [] : [column.id]));
}
