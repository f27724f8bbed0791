/**
 * Offset of the keyword of a compound statement that stands behind a `;`. Python's grammar has none there: `a; try: b` and
 * `try: a; except: b` are refused, `for x in y: a; b` is not (Python reference, section 8). Undefined: there is none.
 */
export function flattenedAt(code: string): number | undefined {
  const found = compoundBehindSemicolon.exec(withoutStrings(code));
  return found === null ? undefined : found.index + found[0].length - (found[1]?.length ?? 0);
}

/**
 * One line of flattened Python as the lines that were meant. Undefined where two readings are possible: after
 * `except: a; b`, nobody can tell whether `b` belongs to the handler.
 */
export function unflattened(code: string): string | undefined {
  const lines: string[] = [];
  let isInside = false;
  let count = 0;
  for (const statement of splitAt(code, ";")) {
    const text = statement.trim();
    if (text === "") continue;
    const isClause = clause.test(text);
    const isHeader = isClause || compound.test(text);
    if (!isHeader) {
      lines.push(isInside ? `    ${text}` : text);
      count++;
      continue;
    }
    // A compound statement inside another one, or a body that may have ended before.
    if (isInside && !isClause) return undefined;
    const [header = "", ...rest] = splitAt(text, ":");
    const body = rest.join(":").trim();
    lines.push(`${header}:`);
    if (body !== "") lines.push(`    ${body}`);
    isInside = true;
    count = body === "" ? 0 : 1;
  }
  return count === 1 ? `${lines.join("\n")}\n` : undefined;
}

const keywords = "try|except|finally|if|elif|else|for|while|with|def|class|async";
const compoundBehindSemicolon = new RegExp(
  String.raw`;[ \t\r\n]*((?:(?:try|finally|else)[ \t]*:|(?:except|if|elif|for|while|with|def|class|async)\b))`,
);
const compound = new RegExp(String.raw`^(?:${keywords})\b`);
const clause = /^(?:except|finally|elif|else)\b/;

/** The code with the text of its strings and comments blanked, as long as before. */
function withoutStrings(code: string): string {
  return code.replace(stringOrComment, (found) => found.replace(/[^\n]/g, " "));
}

/** A string that is not closed reaches as far as it can: nothing is ever read twice. */
const stringOrComment =
  /"""(?:[^"\\]+|\\[^]|"(?!""))*(?:""")?|'''(?:[^'\\]+|\\[^]|'(?!''))*(?:''')?|"(?:[^"\\\n]+|\\[^])*"?|'(?:[^'\\\n]+|\\[^])*'?|#[^\n]*/g;

/** Parts between a sign that stands outside strings and brackets. */
function splitAt(code: string, sign: ";" | ":"): readonly string[] {
  const plain = withoutStrings(code);
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < plain.length; at++) {
    const character = plain[at] ?? "";
    if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    else if (character === sign && depth <= 0) {
      parts.push(code.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, code.slice(start)];
}
