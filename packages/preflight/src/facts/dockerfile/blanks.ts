/** What Go's `unicode.IsSpace` calls a space beyond ASCII. */
const wideSpaces = /^[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u;

/** True for one character that Go calls a space: BuildKit trims with it. */
export function isSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return wideSpaces.test(character);
}

/** Number of spaces that a text begins with. */
export function leadingSpaces(text: string): number {
  let count = 0;
  while (count < text.length && isSpace(text.charAt(count))) count++;
  return count;
}

/** Where a text ends when its last spaces are left out. Counted backwards: a pattern ending in `$` would be quadratic. */
export function endWithoutSpaces(text: string): number {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end--;
  return end;
}

/** A line without the carriage returns that end it. */
export function withoutLineEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  return line.slice(0, end);
}
