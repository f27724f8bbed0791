import type { GlobToken } from "./glob.js";
import { globEnds } from "./glob.js";

/** Longest pattern and value that are matched; a replacement looks at every start, so that its cost is cubic. */
const maxLength = 512;

/**
 * `${value#pattern}`, or `##` for the longest match.
 * @returns undefined when the pattern is refused.
 */
export function trimPrefix(value: string, pattern: string, isLongest: boolean): string | undefined {
  const tokens = readPattern(pattern, value);
  if (tokens === undefined) return undefined;
  const ends = globEnds(tokens, value);
  return value.slice(ends.at(isLongest ? -1 : 0) ?? 0);
}

/**
 * `${value%pattern}`, or `%%` for the longest match.
 * @returns undefined when the pattern is refused.
 */
export function trimSuffix(value: string, pattern: string, isLongest: boolean): string | undefined {
  const tokens = readPattern(pattern, value);
  if (tokens === undefined) return undefined;
  const ends = globEnds(tokens.toReversed(), reversed(value));
  return value.slice(0, value.length - (ends.at(isLongest ? -1 : 0) ?? 0));
}

/**
 * `${value/pattern/replacement}`, or `//` for all matches. The longest match counts.
 * @returns undefined when the pattern is refused.
 */
export function replaceMatches(
  value: string,
  pattern: string,
  replacement: string,
  isAll: boolean,
): string | undefined {
  const tokens = readPattern(pattern, value);
  if (tokens === undefined) return undefined;
  let result = "";
  let at = 0;
  while (at <= value.length) {
    const end = globEnds(tokens, value, at).at(-1);
    if (end !== undefined) {
      result += replacement;
      if (!isAll) return result + value.slice(end);
    }
    if (end === undefined || end === at) result += value.charAt(at);
    at = Math.max(end ?? 0, at + 1);
  }
  return result;
}

/** `*` and `?` are special; `\` may stand before them, itself, `}` and `/` only. */
function readPattern(pattern: string, value: string): readonly GlobToken[] | undefined {
  if (pattern.length > maxLength || value.length > maxLength) return undefined;
  const tokens: GlobToken[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (character === "*") tokens.push({ kind: "star", crosses: true });
    else if (character === "?") tokens.push({ kind: "any", crosses: true });
    else if (character !== "\\") tokens.push({ kind: "literal", text: character });
    else {
      const escaped = pattern.charAt(++at);
      if (escaped === "" || !"*?\\}/".includes(escaped)) return undefined;
      tokens.push({ kind: "literal", text: escaped });
    }
  }
  return tokens;
}

function reversed(text: string): string {
  let result = "";
  for (let at = text.length - 1; at >= 0; at--) result += text.charAt(at);
  return result;
}
