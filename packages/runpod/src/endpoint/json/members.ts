import type { JsonText } from "#endpoint/stores/job-record.js";
import { locateFault } from "./locate-fault.js";
import { stringEnd } from "./scan-string.js";

/** Deepest nesting that is accepted; Python's `json` gives up at about 1 000, and a worker that cannot read a job loses it. */
export const maxJsonDepth = 500;

/** Why bytes are not taken as a JSON object: the end of a sentence that begins with what they are. Quotes nothing of them. */
export interface JsonFault {
  readonly fault: string;
}

/** The members of a JSON object by name, each as it was written. */
export type JsonMembers = ReadonlyMap<string, JsonText>;

/**
 * Reads a JSON object without changing its values: what a client wrote is what its worker gets, so that 1e400, 1.0 and
 * 12345678901234567890 survive, which parsing and writing again would not let them.
 */
export function parseMembers(bytes: Uint8Array): JsonMembers | JsonFault {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { fault: "is not UTF-8" };
  if (text.trim() === "") return { fault: "is empty" };
  const tooDeepAt = tooDeep(text);
  if (tooDeepAt !== undefined) return { fault: `is nested more than ${maxJsonDepth} deep at position ${tooDeepAt}` };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return { fault: "is not a JSON object" };
  } catch {
    const position = locateFault(text);
    const number = /^(?:NaN|-?Infinity)/.exec(text.slice(position, position + 9));
    const token = number === null ? "" : ` (${number[0]} is no JSON number)`;
    return { fault: `is not JSON from position ${position} on${token}` };
  }
  return membersOf(text);
}

/** Whether this is what `parseMembers` says of bytes that it does not take. */
export function isFault(parsed: JsonMembers | JsonFault): parsed is JsonFault {
  return "fault" in parsed;
}

/** An object's text from its members. */
export function objectText(members: Iterable<readonly [string, JsonText | undefined]>): JsonText {
  const parts: string[] = [];
  for (const [name, value] of members) if (value !== undefined) parts.push(`${JSON.stringify(name)}:${value}`);
  return `{${parts.join(",")}}`;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Looked at before `JSON.parse`, which would build the whole of it. */
function tooDeep(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = stringEnd(text, at) - 1;
    else if (code === openBrace || code === openBracket) depth++;
    else if (code === closeBrace || code === closeBracket) depth--;
    if (depth > maxJsonDepth) return at;
  }
  return undefined;
}

/** Cuts an object that `JSON.parse` has accepted. Of two members with the same name the later counts, as there. */
function membersOf(text: string): JsonMembers {
  const members = new Map<string, JsonText>();
  let depth = 0;
  let name: string | undefined;
  let valueFrom = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isClosing = code === closeBrace || code === closeBracket;
    if (code === quote) {
      const end = stringEnd(text, at);
      if (depth === 1 && name === undefined) name = String(JSON.parse(text.slice(at, end)));
      at = end - 1;
    } else if (code === openBrace || code === openBracket) {
      depth++;
    } else if (depth === 1 && code === colon) {
      valueFrom = at + 1;
    } else if (depth === 1 && name !== undefined && (isClosing || code === comma)) {
      members.set(name, text.slice(valueFrom, at).trim());
      name = undefined;
    }
    if (isClosing) depth--;
  }
  return members;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
