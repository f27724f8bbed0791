import { showCell, type FileAddresses } from "./show-cell.js";
import type { StoredField, StoredRecord, StoredTable } from "./model.js";

/** A record as the API shows it. */
export interface ShownRecord {
  readonly id: string;
  /** RFC 3339. */
  readonly createdTime: string;
  /** Empty cells are not there. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a record is shown. */
export interface RecordShape {
  /** Cells by fields' ids, not names. */
  readonly byId: boolean;
  /** Default: all fields. */
  readonly fields?: readonly StoredField[] | undefined;
}

/** Shows a record. */
export function showRecord(
  record: StoredRecord,
  table: StoredTable,
  files: FileAddresses,
  shape: RecordShape,
): ShownRecord {
  const fields: Record<string, unknown> = {};
  for (const field of shape.fields ?? table.fields.values()) {
    const cell = record.cells.get(field.id);
    if (cell !== undefined) {
      fields[shape.byId ? field.id : field.name] = showCell(field, cell, files);
    }
  }
  return { id: record.id, createdTime: record.createdTime, fields };
}
