import type { MappedText } from "#model/mapped-text.js";
import { mappedSlice } from "#model/mapped-text.js";
import { endWithoutSpaces, isSpace, leadingSpaces } from "./blanks.js";
import type { Flag } from "./dockerfile.js";

/** A logical line cut into its parts. */
export interface SplitLine {
  /** The first word, as written. */
  readonly word: string;
  readonly flags: readonly Flag[];
  readonly arguments: MappedText;
}

/** Cuts a logical line into keyword, flags and arguments, after BuildKit's split_command.go. */
export function splitCommand(line: MappedText, escape: string): SplitLine {
  const end = endWithoutSpaces(line.text);
  const start = leadingSpaces(line.text.slice(0, end));
  const word = /^[^\t\v\f\r ]*/u.exec(line.text.slice(start, end))?.[0] ?? "";
  const { flags, next } = readFlags(line, start + word.length, end, escape);
  const argumentsStart = Math.min(next + leadingSpaces(line.text.slice(next, end)), end);
  return { word, flags, arguments: mappedSlice(line, argumentsStart, end) };
}

/** Reads `--name=value` words, quotes removed; `--` alone ends them. */
function readFlags(line: MappedText, from: number, end: number, escape: string): { flags: Flag[]; next: number } {
  const { text } = line;
  const flags: Flag[] = [];
  let at = from;
  for (;;) {
    while (at < end && isSpace(text.charAt(at))) at++;
    if (!text.startsWith("--", at) || at + 2 > end) return { flags, next: at };
    const start = at;
    let word = "";
    let quote = "";
    for (; at < end; at++) {
      const character = text.charAt(at);
      if (quote === "" && isSpace(character)) break;
      if (character === quote) quote = "";
      else if (quote === "" && (character === "'" || character === '"')) quote = character;
      else if (character !== escape) word += character;
      else if (at + 1 < end) word += text.charAt(++at);
    }
    if (word === "--") return { flags, next: at };
    const equals = word.indexOf("=");
    flags.push({
      name: equals === -1 ? word.slice(2) : word.slice(2, equals),
      value: equals === -1 ? undefined : word.slice(equals + 1),
      line: line.lineAt(start),
    });
  }
}
