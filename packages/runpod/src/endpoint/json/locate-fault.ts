import { stringEnd } from "./scan-string.js";

/**
 * Where a text stops being JSON, counted in UTF-16 units from 0; the text's length where it is cut short. `JSON.parse` says
 * that a text is bad, but not always where, and quotes parts of it.
 */
export function locateFault(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const character = text[at]!;
    const closes = open.at(-1) === "{" ? "}" : "]";
    if (expected === "end") return at;
    if (expected === "value" || expected === "value-or-close") {
      if (character === "{" || character === "[") {
        open.push(character);
        expected = character === "{" ? "name-or-close" : "value-or-close";
        at++;
      } else if (character === closes && expected === "value-or-close") {
        open.pop();
        expected = afterValue(open);
        at++;
      } else {
        const end = scalarEnd(text, at);
        if (end === undefined) return at;
        expected = afterValue(open);
        at = end;
      }
    } else if (character === closes && (expected === "name-or-close" || expected === "comma-or-close")) {
      open.pop();
      expected = afterValue(open);
      at++;
    } else if (expected === "name" || expected === "name-or-close") {
      const end = character === '"' ? scalarEnd(text, at) : undefined;
      if (end === undefined) return at;
      expected = "colon";
      at = end;
    } else {
      if (character !== (expected === "colon" ? ":" : ",")) return at;
      expected = expected === "comma-or-close" && closes === "}" ? "name" : "value";
      at++;
    }
    at = skipSpace(text, at);
  }
  return at;
}

type Expected = "value" | "value-or-close" | "name" | "name-or-close" | "colon" | "comma-or-close" | "end";

function afterValue(open: readonly string[]): Expected {
  return open.length === 0 ? "end" : "comma-or-close";
}

/** Where a string, number or word that begins here has ended; undefined: none begins here. */
function scalarEnd(text: string, at: number): number | undefined {
  if (text[at] === '"') {
    const end = stringEnd(text, at);
    return isJson(text.slice(at, end)) ? end : undefined;
  }
  scalar.lastIndex = at;
  return scalar.test(text) ? scalar.lastIndex : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  return space.test(text) ? space.lastIndex : at;
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[ \t\r\n]*/y;
