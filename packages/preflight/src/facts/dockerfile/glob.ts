/** One part of a glob. */
export type GlobToken =
  | { readonly kind: "literal"; readonly text: string }
  /** One character; with `crosses`, a `/` too. */
  | { readonly kind: "any"; readonly crosses: boolean }
  /** Any number of characters; with `crosses`, `/` among them. */
  | { readonly kind: "star"; readonly crosses: boolean }
  | { readonly kind: "class"; readonly isNegated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  /** Nothing, or any folders with their last `/`. */
  | { readonly kind: "folders" };

/**
 * Where matches that start at `start` end, in rising order. All ways are followed at once, so that a hostile pattern costs
 * at most its length times the text's, never an exponent.
 */
export function globEnds(tokens: readonly GlobToken[], text: string, start = 0): readonly number[] {
  const ends: number[] = [];
  let active = new Set<number>();
  enter(active, tokens, 0);
  for (let at = start; active.size > 0; at++) {
    if (active.has(2 * tokens.length)) ends.push(at);
    if (at >= text.length) break;
    const next = new Set<number>();
    for (const state of active) step(next, tokens, state, text, at);
    active = next;
  }
  return ends;
}

/** True when the whole text matches. */
export function globMatches(tokens: readonly GlobToken[], text: string): boolean {
  return globEnds(tokens, text).at(-1) === text.length;
}

/** Adds a token's state, and those that are reached without reading a character. State 2i+1: inside the folders of i. */
function enter(active: Set<number>, tokens: readonly GlobToken[], index: number): void {
  for (let at = index; ; at++) {
    active.add(2 * at);
    const token = tokens[at];
    if (token?.kind === "folders") active.add(2 * at + 1);
    else if (token?.kind !== "star") return;
  }
}

/** Follows one state over one character. */
function step(next: Set<number>, tokens: readonly GlobToken[], state: number, text: string, at: number): void {
  const index = state >> 1;
  const token = tokens[index];
  if (token === undefined) return;
  const isSlash = text[at] === "/";
  switch (token.kind) {
    case "literal":
      if (token.text === text[at]) enter(next, tokens, index + 1);
      return;
    case "any":
      if (token.crosses || !isSlash) enter(next, tokens, index + 1);
      return;
    case "star":
      if (token.crosses || !isSlash) enter(next, tokens, index);
      return;
    case "class":
      if (isInClass(token, text.charCodeAt(at))) enter(next, tokens, index + 1);
      return;
    case "folders":
      if (state % 2 === 0) return;
      next.add(state);
      if (isSlash) enter(next, tokens, index + 1);
  }
}

function isInClass(token: GlobToken & { kind: "class" }, code: number): boolean {
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.isNegated;
}
