import { randomInt } from "node:crypto";

/** Kinds of ids: their first three letters. */
export type IdKind = "app" | "tbl" | "fld" | "viw" | "rec" | "att" | "sel" | "usr" | "ach" | "itr";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Makes an id as Airtable's look: three letters for the kind and 14 of 62 letters and digits. */
export function makeId(kind: IdKind): string {
  return kind + Array.from({ length: 14 }, () => letters[randomInt(letters.length)]).join("");
}

/** Whether a text is an id of a kind. */
export function isId(kind: IdKind, text: string): boolean {
  return text.startsWith(kind) && /^[A-Za-z]{3}[A-Za-z0-9]{14}$/.test(text);
}
