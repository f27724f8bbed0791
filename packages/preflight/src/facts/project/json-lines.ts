/** Where the values of a JSON text stand, and where it stops being JSON. */
export interface JsonLines {
  /**
   * Line of a value, from 1, by `jsonKey` of the keys that lead to it; values deeper than 40 levels, and those after the
   * first 50,000, are left out.
   */
  readonly lines: ReadonlyMap<string, number>;
  /** Line of the first token that strict JSON does not allow where it stands; undefined: none. */
  readonly faultLine: number | undefined;
}

/** Walks a JSON text once, without recursion: `JSON.parse` tells no lines, and not always where it stopped. */
export function readJsonLines(text: string): JsonLines {
  const lines = new Map<string, number>();
  const open: OpenValue[] = [];
  let expected: Expected = "value";
  let line = 1;
  let lastLine = 1;
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const found = token.exec(text)?.[0];
    if (found === undefined) return { lines, faultLine: line };
    if (isBlank(found)) {
      line += found.split("\n").length - 1;
      continue;
    }
    lastLine = line;
    const top = open.at(-1);
    const next = step(found, expected, top);
    if (next === undefined) return { lines, faultLine: line };
    if (next === "opened" || next === "scalar") {
      if (open.length < maxDepth && lines.size < maxLines) lines.set(jsonKey(open.map((value) => value.key)), line);
      if (next === "opened") open.push({ isObject: found === "{", key: found === "{" ? "" : 0 });
      expected = next === "opened" ? "first" : afterValue(open);
    } else if (next === "closed") {
      open.pop();
      expected = afterValue(open);
    } else {
      if (next === "colon" && top !== undefined) top.key = unquoted(found);
      if (found === "," && typeof top?.key === "number") top.key++;
      expected = next;
    }
  }
  return { lines, faultLine: expected === "end" ? undefined : lastLine };
}

/** One text for a path of keys. */
export function jsonKey(keys: readonly (string | number)[]): string {
  return keys.map(String).join("\0");
}

const maxDepth = 40;
const maxLines = 50_000;

const token = /[ \t\r\n]+|[{}[\]:,]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

interface OpenValue {
  readonly isObject: boolean;
  /** Key or index of the value being read. */
  key: string | number;
}

/** `first`: right behind `{` or `[`. `item`: behind a comma. */
type Expected = "value" | "first" | "item" | "colon" | "comma" | "end";

/** What a token does; undefined: it may not stand there. */
function step(
  found: string,
  expected: Expected,
  top: OpenValue | undefined,
): "opened" | "scalar" | "closed" | "colon" | "value" | "item" | undefined {
  if (found === "}" || found === "]") {
    const isClosable = expected === "first" || expected === "comma";
    return isClosable && top?.isObject === (found === "}") ? "closed" : undefined;
  }
  if (found === ":") return expected === "colon" ? "value" : undefined;
  if (found === ",") return expected === "comma" && top !== undefined ? "item" : undefined;
  const isInList = expected === "first" || expected === "item";
  if (isInList && top?.isObject === true) return found.startsWith('"') ? "colon" : undefined;
  if (expected !== "value" && !isInList) return undefined;
  return found === "{" || found === "[" ? "opened" : "scalar";
}

function afterValue(open: readonly OpenValue[]): Expected {
  return open.length === 0 ? "end" : "comma";
}

function isBlank(found: string): boolean {
  return /^[ \t\r\n]/.test(found);
}

function unquoted(found: string): string {
  try {
    return String(JSON.parse(found));
  } catch {
    return found.slice(1, -1);
  }
}
