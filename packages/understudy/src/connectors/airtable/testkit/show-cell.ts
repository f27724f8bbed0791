import { choicesOf, type Cell, type StoredAttachment, type StoredBase, type StoredField } from "./model.js";

/** What showing cells needs: addresses of files hold from now on for a while. */
export interface FileAddresses {
  urlOf(attachment: StoredAttachment): string;
}

/** A cell as the records API shows it. Source: https://airtable.com/developers/web/api/field-model */
export function showCell(field: StoredField, cell: Cell, files: FileAddresses): unknown {
  switch (field.type) {
    case "multipleAttachments":
      return (cell as readonly StoredAttachment[]).map((attachment) => showAttachment(attachment, files));
    case "richText":
      return `${String(cell)}\n`;
    default:
      return cell;
  }
}

/**
 * A cell as payloads of webhooks show it: choices and links are objects there.
 * Source: https://airtable.com/developers/web/api/model/webhooks-payload
 */
export function showCellToHook(field: StoredField, cell: Cell, base: StoredBase, files: FileAddresses): unknown {
  switch (field.type) {
    case "singleSelect":
      return showChoice(field, String(cell));
    case "multipleSelects":
      return (cell as readonly string[]).map((name) => showChoice(field, name));
    case "multipleRecordLinks":
      return (cell as readonly string[]).map((id) => ({ id, name: linkedName(field, id, base) }));
    default:
      return showCell(field, cell, files);
  }
}

/** Width, height and thumbnails are left out: Airtable adds them later. */
function showAttachment(attachment: StoredAttachment, files: FileAddresses) {
  return {
    id: attachment.id,
    url: files.urlOf(attachment),
    filename: attachment.fileName,
    ...("bytes" in attachment.from && { size: attachment.from.bytes.byteLength, type: attachment.mediaType }),
  };
}

function showChoice(field: StoredField, name: string) {
  return choicesOf(field).find((choice) => choice.name === name) ?? { name };
}

function linkedName(field: StoredField, recordId: string, base: StoredBase): string {
  const table = base.tables.get(String(field.options?.["linkedTableId"]));
  return String(table?.records.get(recordId)?.cells.get(table.primaryFieldId) ?? "");
}
