import { fieldOf, type StoredBase, type StoredField, type StoredRecord, type StoredTable } from "./model.js";
import type { World } from "./world.js";

/** Finds a table by its id. @throws Error */
export function placeOf(world: World, tableId: string): { readonly base: StoredBase; readonly table: StoredTable } {
  for (const base of world.bases.values()) {
    const table = base.tables.get(tableId);
    if (table !== undefined) {
      return { base, table };
    }
  }
  throw new Error(`There is no table ${tableId}`);
}

/** Finds a field by its id or name. @throws Error */
export function knownField(table: StoredTable, idOrName: string): StoredField {
  const field = fieldOf(table, idOrName);
  if (field === undefined) {
    throw new Error(`There is no field ${idOrName}`);
  }
  return field;
}

/** Finds a record. @throws Error */
export function knownRecord(table: StoredTable, recordId: string): StoredRecord {
  const record = table.records.get(recordId);
  if (record === undefined) {
    throw new Error(`There is no record ${recordId}`);
  }
  return record;
}
