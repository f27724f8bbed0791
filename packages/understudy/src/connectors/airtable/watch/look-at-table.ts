import { UnderstudyError } from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import { columnTroubles, findColumnsAgain, isWhole } from "#connectors/airtable/connections/columns.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";

/**
 * Looks whether a table and its columns still are what they were, as after a refusal. A column is known by its id: another name is
 * noted.
 * @throws UnderstudyError `airtable-table` that names what is gone or of another type; AirtableFailure.
 */
export async function lookAtTable(
  { connection, client }: Pick<ConnectionWork, "connection" | "client">,
  { connections }: Pick<WorkServices, "connections">,
): Promise<AirtableConnection> {
  const { id, baseId, tableId, tableName } = connection;
  const table = (await client.tables(baseId)).find((each) => each.id === tableId);
  if (table === undefined) throw trouble(tableName, ["it is not in the base any more"]);
  const mapping = findColumnsAgain(table.fields, connection.columns);
  const troubles = columnTroubles(mapping);
  if (troubles.length > 0 || !isWhole(mapping.columns)) throw trouble(table.name, troubles);
  const facts = { tableName: table.name, columns: mapping.columns };
  await connections.noteColumns(id, facts);
  return { ...connection, ...facts };
}

function trouble(tableName: string, troubles: readonly string[]): UnderstudyError {
  return new UnderstudyError("airtable-table", printableLine(`Table "${tableName}": ${troubles.join("; ")}.`));
}
