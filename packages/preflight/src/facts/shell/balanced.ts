/**
 * Offset after the closer of what opens at `open`: `(`, `{`, `"`, `'` or a backtick. Quotes and nested openers inside are
 * passed over; without a closer, the end of the text. Iterates, so that a hostile file cannot overflow the stack.
 */
export function balancedEnd(text: string, open: number, end: number): number {
  const closers: string[] = [];
  for (let at = open; at < end; at++) {
    const character = text[at] ?? "";
    const closer = closers.at(-1);
    if (closer === "'") {
      if (character === "'") closers.pop();
    } else if (character === "\\") at++;
    else if (character === closer) closers.pop();
    else if (character === "'" && closer !== '"') closers.push("'");
    else if (character === '"' || character === "`") closers.push(character);
    else if (character === "(" && (closer !== '"' || text[at - 1] === "$")) closers.push(")");
    else if (character === "{" && (at === open || text[at - 1] === "$")) closers.push("}");
    if (closers.length === 0) return at + 1;
  }
  return end;
}
