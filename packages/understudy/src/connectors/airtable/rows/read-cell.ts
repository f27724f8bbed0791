/** What a cell of inputs holds. */
export type Cell =
  /** Addresses, or what stands in their place, in the order of the cell; at least one. */
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  /** Ids of attachments, in the order of the cell; at least one. */
  | { readonly kind: "files"; readonly ids: readonly string[] }
  | { readonly kind: "empty" }
  | { readonly kind: "long" }
  /** Neither text nor files, such as the error of a formula. */
  | { readonly kind: "odd" };

/** Longest text that is read, in characters. */
export const maxCellLength = 4096;

/**
 * Reads a cell by its own shape: a formula or a lookup may give text, several texts, or files. Texts are trimmed; one text may hold
 * several addresses, with white space between them, because a comma can be part of an address.
 * Source: https://airtable.com/developers/web/api/field-model
 */
export function readCell(value: unknown): Cell {
  if (value === undefined || value === null) return { kind: "empty" };
  // A lookup holds null for each linked record whose cell is empty.
  const members = (Array.isArray(value) ? value : [value]).filter((member) => member !== null);
  if (members.every((member) => typeof member === "string")) {
    if (members.some((text) => text.length > maxCellLength)) return { kind: "long" };
    const texts = members.flatMap(addressesIn);
    return texts.length === 0 ? { kind: "empty" } : { kind: "texts", texts };
  }
  const ids = members.map(attachmentId);
  return ids.every((id) => id !== undefined) ? { kind: "files", ids } : { kind: "odd" };
}

/**
 * An address may hold spaces, as people write them; the next one begins with its scheme. White space is read from its beginning alone:
 * read from each of its characters, a cell full of it takes 54 ms, and a page of such cells stops the whole service.
 */
function addressesIn(text: string): readonly string[] {
  const parts = text.split(/[,;]?(?<!\s)\s+(?=https?:\/\/)/i).map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

function attachmentId(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" && /^att[0-9A-Za-z]{14}$/.test(value.id) ? value.id : undefined;
}
