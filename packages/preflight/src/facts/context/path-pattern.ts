import type { GlobToken } from "#facts/dockerfile/glob.js";
import { globMatches } from "#facts/dockerfile/glob.js";

/** A compiled pattern for whole paths. */
export type PathPattern = (path: string) => boolean;

/** Longest pattern and most wildcards that are matched: what is above is hostile, and matches nothing. */
const maxLength = 512;
const maxWildcards = 16;

/**
 * A pattern of COPY, after Go's `filepath.Match`: `*` and `?` never cross a `/`.
 * @returns undefined when Go refuses it.
 */
export function copyPattern(pattern: string): PathPattern | undefined {
  return compile(pattern, false);
}

/**
 * A pattern of `.dockerignore`, after moby/patternmatcher: `**` crosses folders.
 * @returns undefined when it is refused.
 */
export function ignorePattern(pattern: string): PathPattern | undefined {
  return compile(pattern, true);
}

function compile(pattern: string, hasFolders: boolean): PathPattern | undefined {
  if (pattern.length > maxLength) return undefined;
  const tokens = readTokens(pattern, hasFolders);
  if (tokens === undefined) return undefined;
  const firstWildcard = tokens.findIndex((token) => token.kind !== "literal");
  const prefix = literals(tokens.slice(0, firstWildcard === -1 ? undefined : firstWildcard));
  if (firstWildcard === -1) return (path) => path === prefix;
  const suffix = literals(tokens.slice(tokens.findLastIndex((token) => token.kind !== "literal") + 1));
  if (tokens.filter(({ kind }) => kind === "star" || kind === "folders").length > maxWildcards) return undefined;
  // Most paths fail at an end already: 20,000 files against 50 patterns are a million questions.
  return (path) => path.startsWith(prefix) && path.endsWith(suffix) && globMatches(tokens, path);
}

function literals(tokens: readonly GlobToken[]): string {
  return tokens.map((token) => (token.kind === "literal" ? token.text : "")).join("");
}

function readTokens(pattern: string, hasFolders: boolean): readonly GlobToken[] | undefined {
  const tokens: GlobToken[] = [];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern.charAt(at);
    if (hasFolders && pattern.startsWith("**", at)) {
      const end = pattern.startsWith("**/", at) ? at + 3 : at + 2;
      // Only at the end, or in front of plain text without a slash, `**` may stop inside a name.
      const isOpen = end === pattern.length || (at === 0 && end === 2 && !/[*?[\\]/u.test(pattern.slice(2)));
      tokens.push(isOpen ? { kind: "star", crosses: true } : { kind: "folders" });
      at = end;
    } else if (character === "[") {
      const read = readClass(pattern, at);
      if (read === undefined) return undefined;
      tokens.push(read.token);
      at = read.end;
    } else if (character === "\\") {
      if (at + 1 === pattern.length) return undefined;
      tokens.push({ kind: "literal", text: pattern.charAt(at + 1) });
      at += 2;
    } else {
      tokens.push(plainToken(character));
      at++;
    }
  }
  return tokens;
}

function plainToken(character: string): GlobToken {
  if (character === "*") return { kind: "star", crosses: false };
  if (character === "?") return { kind: "any", crosses: false };
  return { kind: "literal", text: character };
}

/** `[a-z]` or `[^a-z]`; at least one range, `\` escapes. */
function readClass(pattern: string, start: number): { token: GlobToken; end: number } | undefined {
  const isNegated = pattern[start + 1] === "^";
  const ranges: (readonly [number, number])[] = [];
  let at = start + (isNegated ? 2 : 1);
  for (;;) {
    if (pattern[at] === "]" && ranges.length > 0) return { token: { kind: "class", isNegated, ranges }, end: at + 1 };
    const low = readClassCharacter(pattern, at);
    if (low === undefined) return undefined;
    at = low.end;
    let high = low;
    if (pattern[at] === "-") {
      const read = readClassCharacter(pattern, at + 1);
      if (read === undefined) return undefined;
      high = read;
      at = read.end;
    }
    ranges.push([low.code, high.code]);
  }
}

function readClassCharacter(pattern: string, at: number): { code: number; end: number } | undefined {
  const character = pattern[at];
  if (character === undefined || character === "-" || character === "]") return undefined;
  if (character !== "\\") return { code: character.charCodeAt(0), end: at + 1 };
  return at + 1 < pattern.length ? { code: pattern.charCodeAt(at + 1), end: at + 2 } : undefined;
}
