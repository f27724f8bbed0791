/** Longest text of somebody else that is put into a message, in characters. */
const maxCalmLength = 300;

/** A text of somebody else, fit for a message: one line, no control characters, no queries of URLs, not too long. */
export function calmText(text: string): string {
  // Cut before the searches below, so that their time is bounded.
  const line = text
    .slice(0, 2_000)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/(https?:\/\/[^\s?#"']+)[?#][^\s"']*/g, "$1")
    .trim();
  return line.length <= maxCalmLength ? line : `${line.slice(0, maxCalmLength - 1)}…`;
}
