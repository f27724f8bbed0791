import type { JsonText } from "./job-record.js";

/**
 * The same JSON, written so that any database holds it. Half of a surrogate pair has no UTF-8 form, and PostgreSQL's `text` has
 * no NUL; both can only stand inside a JSON string, where an escape means the same.
 */
export function storableJson(text: JsonText): JsonText {
  return text.replace(/[\0\p{Surrogate}]/gu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
