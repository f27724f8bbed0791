/** A number of days for people. */
export function days(count: number): string {
  return `${count} ${count === 1 ? "day" : "days"}`;
}

/** A path as code in one line, which no backtick in it can end. */
export function inCode(path: string): string {
  return `\`${path.replaceAll("`", "'").replace(/\s+/g, " ")}\``;
}
