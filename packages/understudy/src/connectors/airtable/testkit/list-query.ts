import { z } from "zod";
import { parsed } from "./parsed.js";

/** What a list of records is asked with, as the body of `listRecords` spells it. */
export type ListQuery = z.infer<typeof listQuery>;

/** A whole number, also as the text of a query. */
const count = z.coerce.number().int().min(1);
const flag = z.union([
  z.boolean(),
  z.enum(["true", "1", "false", "0", ""]).transform((text) => text === "true" || text === "1"),
]);

const listQuery = z.strictObject({
  pageSize: count.max(100).optional(),
  maxRecords: count.optional(),
  offset: z.string().optional(),
  view: z.string().optional(),
  fields: z.array(z.string()).optional(),
  filterByFormula: z.string().max(100_000).optional(),
  sort: z.array(z.strictObject({ field: z.string(), direction: z.enum(["asc", "desc"]).optional() })).optional(),
  returnFieldsByFieldId: flag.optional(),
  /** Texts instead of values are not offered here. */
  cellFormat: z.literal("json").optional(),
  timeZone: z.string().optional(),
  userLocale: z.string().optional(),
  /** The npm client sends its own option along. */
  method: z.string().optional(),
});

/** Reads the body of `listRecords`. @throws Refusal 422. */
export function listQueryOfBody(body: unknown): ListQuery {
  return parsed(listQuery, body ?? {});
}

/** Reads a query: `fields[]=Name`, `sort[0][field]=Name`. @throws Refusal 422. */
export function listQueryOfUrl(query: URLSearchParams): ListQuery {
  const read: Record<string, unknown> = {};
  const sort: Record<string, string>[] = [];
  for (const [key, value] of query) {
    const [, index, member] = /^sort\[(\d{1,2})\]\[(field|direction)\]$/.exec(key) ?? [];
    if (index !== undefined && member !== undefined) {
      sort[Number(index)] = { ...sort[Number(index)], [member]: value };
    } else if (/^fields\[\d*\]$/.test(key)) {
      read["fields"] = [...((read["fields"] as readonly string[] | undefined) ?? []), value];
    } else {
      read[key] = value;
    }
  }
  return parsed(listQuery, { ...read, ...(sort.length > 0 && { sort }) });
}

/** Whether a query asks for cells by fields' ids. @throws Refusal 422 for anything else in it. */
export function byIdOfUrl(query: URLSearchParams): boolean {
  const { returnFieldsByFieldId } = listQueryOfUrl(query);
  return returnFieldsByFieldId ?? false;
}
