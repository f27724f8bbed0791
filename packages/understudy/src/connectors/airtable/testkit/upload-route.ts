import { z } from "zod";
import { attach } from "./attach.js";
import { makeId } from "./ids.js";
import { parsed } from "./parsed.js";
import { showRecord } from "./show-record.js";
import { change } from "./world.js";
import { fieldOf, type StoredField, type StoredRecord, type StoredTable } from "./model.js";
import { invalid, refuse } from "./refusal.js";
import type { Route, Visit } from "./route.js";

const maxFileBytes = 5 * 2 ** 20;

const upload = z.strictObject({ contentType: z.string().min(1), filename: z.string().min(1), file: z.base64() });

/**
 * Adds a file to a cell. At Airtable this has a host of its own, content.airtable.com; that it counts as a request to the base
 * is the stricter guess. Source: https://airtable.com/developers/web/api/upload-attachment
 */
export const uploadRoute: Route = {
  method: "POST",
  path: "/v0/:base/:record/:field/uploadAttachment",
  scopes: ["data.records:write"],
  role: "editor",
  act(visit) {
    const { table, record } = found(visit);
    const field = attachmentField(visit, table);
    const body = parsed(upload, visit.body);
    const bytes = Buffer.from(body.file, "base64");
    if (bytes.byteLength > maxFileBytes) {
      throw refuse(413, "REQUEST_TOO_LARGE", "The file is larger than 5 MB");
    }
    const attachment = { id: makeId("att"), fileName: body.filename, mediaType: body.contentType, from: { bytes } };
    change(visit.world, visit.base(), table, "publicApi", [attach(record, field.id, attachment)]);
    return showRecord(record, table, visit.world.files, { byId: true, fields: [field] });
  },
};

function found(visit: Visit): { readonly table: StoredTable; readonly record: StoredRecord } {
  const id = visit.parts["record"] ?? "";
  for (const table of visit.base().tables.values()) {
    const record = table.records.get(id);
    if (record !== undefined) {
      return { table, record };
    }
  }
  throw refuse(404, "MODEL_ID_NOT_FOUND", "Record not found");
}

function attachmentField(visit: Visit, table: StoredTable): StoredField {
  const name = visit.parts["field"] ?? "";
  const field = fieldOf(table, name);
  if (field === undefined) {
    throw invalid("UNKNOWN_FIELD_NAME", `Unknown field name: "${name}"`);
  }
  if (field.type !== "multipleAttachments") {
    throw invalid("INVALID_VALUE_FOR_COLUMN", `Field "${field.name}" cannot accept the provided value`);
  }
  return field;
}
