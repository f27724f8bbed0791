import { dataReader } from "./read-data.js";

const table = dataReader<Readonly<Record<"pending" | "processing" | "complete" | "failed", string>>>("status-texts");

/** Whether a text is one of the table's, letter by letter. */
export function isTableStatus(text: string): boolean {
  return Object.values(table()).includes(text);
}

/** The table's text that was written as UTF-8 and read as Latin-1 or Windows-1252; undefined when it is none. */
export function garbledStatus(text: string): string | undefined {
  return Object.values(table()).find((each) => each !== text && misreadings(each).includes(text));
}

/** The table's text that is meant: but for case, flag and ending it is the same. Undefined when it is none, or exactly one. */
export function meantStatus(text: string): string | undefined {
  if (isTableStatus(text)) return undefined;
  return Object.values(table()).find((each) => stemOf(each) === stemOf(text));
}

function misreadings(text: string): readonly string[] {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  return [latin1, latin1.replace(/[\x80-\x9f]/g, (letter) => windows1252[letter.charCodeAt(0) - 0x80] ?? letter)];
}

/** Where Windows-1252 differs from Latin-1, 0x80 to 0x9f. By ourselves: Node.js 20 reads it as Latin-1. */
const windows1252 =
  "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f" +
  "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";

/** `Completed` and `complete`, `Failure` and `failed` are one word. */
function stemOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z]/g, "")
    .replace(/(?:ed|ing|ure|e)$/, "");
}
