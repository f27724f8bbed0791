import type { MappedColumns } from "#connectors/airtable/connections/connection.js";

/** Ids of the columns that say what is asked for; the others are ours to write. */
export function inputFieldIds({ source, face, status, consent }: MappedColumns): readonly string[] {
  return [source, face, status, consent].flatMap((column) => (column === undefined ? [] : [column.id]));
}
