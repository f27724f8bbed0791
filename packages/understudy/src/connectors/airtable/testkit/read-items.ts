import { z } from "zod";
import { makeId } from "./ids.js";
import { invalid } from "./refusal.js";
import type { Cell, StoredAttachment, StoredField } from "./model.js";

/** Whether a record of a table is there. */
export type HasRecord = (tableId: string, recordId: string) => boolean;

const writtenAttachments = z.array(
  z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string(), filename: z.string().optional() })]),
);

/** Reads files, given by address, which is not fetched here, or kept by id. @throws Refusal 422. */
export function readAttachments(
  field: StoredField,
  value: unknown,
  current: Cell | undefined,
): readonly StoredAttachment[] {
  if (!Array.isArray(value)) {
    return unfit(field);
  }
  const written = writtenAttachments.safeParse(value);
  const held = Array.isArray(current) ? (current as readonly StoredAttachment[]) : [];
  return (written.data ?? [undefined]).map((item) => {
    const attachment = item !== undefined && "id" in item ? held.find(({ id }) => id === item.id) : linked(item);
    if (attachment === undefined) {
      throw invalid("INVALID_ATTACHMENT_OBJECT", `Invalid attachment object for field "${field.name}"`);
    }
    return attachment;
  });
}

function linked(item: { readonly url: string; readonly filename?: string | undefined } | undefined) {
  if (item === undefined || !/^https?:\/\/[^/]/i.test(item.url)) {
    return undefined;
  }
  const fileName = item.filename ?? item.url.split(/[?#]/)[0]?.split("/").at(-1) ?? "";
  return { id: makeId("att"), fileName, mediaType: "application/octet-stream", from: { url: item.url } };
}

/** Reads links to records that are there. @throws Refusal 422. */
export function readLinks(field: StoredField, value: unknown, hasRecord: HasRecord): readonly string[] {
  if (!Array.isArray(value)) {
    return unfit(field);
  }
  return value.map((id: unknown) => {
    if (typeof id !== "string") {
      return unfit(field);
    }
    if (!hasRecord(String(field.options?.["linkedTableId"]), id)) {
      throw invalid("ROW_DOES_NOT_EXIST", `Record ID ${id} does not exist in this table`);
    }
    return id;
  });
}

/** @throws Refusal 422: a value is not of the field's type. */
export function unfit(field: StoredField): never {
  throw invalid("INVALID_VALUE_FOR_COLUMN", `Field "${field.name}" cannot accept the provided value`);
}
