import { UnderstudyError } from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import { findColumnsAgain, isWhole } from "#connectors/airtable/connections/columns.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";

/**
 * Looks whether a table and its columns still are what they were, as after a refusal. A column is known by its id: another name is
 * noted. One that is not needed, and is gone or of a type that does not fit, is left out from then on.
 * @throws UnderstudyError `airtable-table` that names what is needed and is gone or of another type; AirtableFailure.
 */
export async function lookAtTable(
  { connection, client }: ConnectionWork,
  { connections, log }: Pick<WorkServices, "connections" | "log">,
): Promise<AirtableConnection> {
  const { id, baseId, tableId, tableName } = connection;
  const table = (await client.tables(baseId)).find((each) => each.id === tableId);
  if (table === undefined) throw trouble(tableName, ["it is not in the base any more"]);
  const { columns, missing, wrong, obstacles } = findColumnsAgain(table.fields, connection);
  if (obstacles.length > 0 || !isWhole(columns)) throw trouble(table.name, obstacles);
  const lost = [...missing, ...wrong].map(({ role }) => role);
  if (lost.length > 0) log.warn({ connectionId: id, columns: lost }, "columns that do not fit any more are left out");
  const facts = { tableName: table.name, columns };
  await connections.noteColumns(id, facts, connection.columns);
  return { ...connection, ...facts };
}

function trouble(tableName: string, troubles: readonly string[]): UnderstudyError {
  return new UnderstudyError("airtable-table", printableLine(`Table "${tableName}": ${troubles.join("; ")}.`));
}
