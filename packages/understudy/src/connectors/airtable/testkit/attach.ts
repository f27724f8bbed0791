import type { Edit } from "./commit.js";
import type { StoredAttachment, StoredRecord } from "./model.js";

/** The edit that adds a file to a cell. */
export function attach(record: StoredRecord, fieldId: string, attachment: StoredAttachment): Edit {
  const held = (record.cells.get(fieldId) as readonly StoredAttachment[] | undefined) ?? [];
  return { kind: "change-record", recordId: record.id, cells: new Map([[fieldId, [...held, attachment]]]) };
}
