import { invalid, refuse } from "./refusal.js";
import { showRecord, type ShownRecord } from "./show-record.js";
import type { StoredRecord } from "./model.js";
import type { Visit } from "./route.js";

/** The record in the path. @throws Refusal 404. */
export function pathRecord(visit: Visit): StoredRecord {
  const record = visit.table().records.get(visit.parts["record"] ?? "");
  if (record === undefined) {
    throw refuse(404, "MODEL_ID_NOT_FOUND", "Record not found");
  }
  return record;
}

/** A record named in a body or a query. @throws Refusal 422. */
export function existingRecord(visit: Visit, id: string): StoredRecord {
  const record = visit.table().records.get(id);
  if (record === undefined) {
    throw invalid("ROW_DOES_NOT_EXIST", `Record ID ${id} does not exist in this table`);
  }
  return record;
}

/** Shows a record of the table in the path. */
export function showIn(visit: Visit, record: StoredRecord, byId: boolean): ShownRecord {
  return showRecord(record, visit.table(), visit.world.files, { byId });
}
