import type { Caller } from "#access/caller.js";
import type { AirtableConnection, ColumnRole, MappedColumns } from "#connectors/airtable/connections/connection.js";
import { createConnectionList } from "#connectors/airtable/connections/postgres-connection-list.js";
import { briefColumns } from "#connectors/brief-spellings.js";
import type { Database } from "#postgres/database.js";

/** Columns of the brief with the ids `fld` and their role; those of the types that a new table is given. */
export function sampleColumns(types: Partial<Record<ColumnRole, string>> = {}): MappedColumns {
  const usual: Record<ColumnRole, string> = {
    source: "url",
    face: "url",
    status: "singleSelect",
    output: "url",
    error: "multilineText",
    thumbnail: "multipleAttachments",
    seconds: "number",
    cost: "currency",
    consent: "singleLineText",
  };
  const columns = Object.entries({ ...usual, ...types }).map(([role, type]) => {
    return [role, { id: `fld-${role}`, name: briefColumns[role as ColumnRole], type }];
  });
  return Object.fromEntries(columns) as MappedColumns;
}

/** A connection of a caller's that rests on consent on record. */
export function sampleConnection(
  { ownerId, keyId }: Pick<Caller, "ownerId" | "keyId">,
  parts: Partial<AirtableConnection> = {},
): AirtableConnection {
  return {
    id: "airtable_0000000000000001",
    ownerId,
    keyId,
    baseId: "app00000000000001",
    tableId: "tbl00000000000001",
    tableName: "Videos",
    tokenVariable: "AIRTABLE_TOKEN",
    columns: sampleColumns(),
    consent: { kind: "on-record" },
    createdAt: new Date(0),
    ...parts,
  };
}

/** Keeps a connection in the database, so that rows may belong to it. @returns it with the id that it has there. */
export async function seedConnection(
  { pool }: Pick<Database, "pool">,
  connection: AirtableConnection,
): Promise<AirtableConnection> {
  return createConnectionList({ pool, now: () => connection.createdAt }).keep(connection);
}
