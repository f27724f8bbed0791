import { isSpace } from "./blanks.js";
import { replaceMatches, trimPrefix, trimSuffix } from "./shell-pattern.js";
import type { Word } from "./words.js";

/** How a text is lexed. */
export interface LexOptions {
  readonly variables: ReadonlyMap<string, string>;
  readonly escape: string;
  /** Quotes and escapes stay in the result. Default false. */
  readonly isRaw?: boolean;
}

/** A lexed text. */
export interface Lexed {
  readonly text: string;
  /** The text cut at unquoted blanks, those of expanded values too. */
  readonly words: readonly Word[];
  /** Variables without a value; they stay in the text as written. */
  readonly unresolved: ReadonlySet<string>;
}

/** Why BuildKit's lexer would refuse a text. */
export class LexError extends Error {
  override readonly name = "LexError";
}

/** A quote that nothing closes. */
export class OpenQuoteError extends LexError {}

/** Linux refuses an environment string of more than 128 KiB (MAX_ARG_STRLEN): no honest value is longer. */
const maxExpandedLength = 131_072;

/** `${a:-${b:-…}}` one inside the other. */
const maxDepth = 64;

/** Characters of `isSpecialParam`: `$@`, `$*` and their kin have no value in a Dockerfile. */
const specialParameters = "@*#?-$!0";

/**
 * Removes quotes and expands variables as BuildKit's shell/lex.go does.
 * @throws LexError when BuildKit would refuse the text.
 */
export function lex(source: string, options: LexOptions): Lexed {
  const { variables, escape, isRaw = false } = options;
  const unresolved = new Set<string>();
  const words: Word[] = [];
  let word: Word | undefined;
  let at = 0;
  let depth = 0;
  let expandedLength = 0;

  const text = readUntil("", isRaw);
  endWord();
  return { text, words, unresolved };

  /** Reads up to `stop` (exclusive, then stepped over); "" is the end of the text. */
  function readUntil(stop: string, keepsEscapes: boolean): string {
    if (++depth > maxDepth) throw new LexError("substitutions stand too deep in each other");
    let result = "";
    while (at < source.length) {
      const start = at;
      const character = source.charAt(at);
      if (character === stop) {
        at++;
        depth--;
        return result;
      }
      const piece = readPiece(character, keepsEscapes);
      result += piece;
      if (depth > 1) continue;
      if (character === "$") for (const each of piece) addToWord(each, start, isSpace(each));
      else addToWord(piece, start, piece === character && isSpace(character));
    }
    if (stop !== "") throw new LexError(`a substitution is not closed with ${stop}`);
    depth--;
    return result;
  }

  function readPiece(character: string, keepsEscapes: boolean): string {
    if (character === "'") return readSingleQuoted();
    if (character === '"') return readDoubleQuoted(keepsEscapes);
    if (character === "$") return readDollar();
    at++;
    if (character === "<") return "<" + readHeredocBlanks();
    if (character !== escape) return character;
    const escaped = source.charAt(at++);
    return keepsEscapes ? character + escaped : escaped;
  }

  /** A second `<` and the blanks behind it belong to the word that follows: `<< EOF`. */
  function readHeredocBlanks(): string {
    const start = at;
    if (source[at] !== "<") return "";
    at++;
    while (source[at] === " " || source[at] === "\t" || source[at] === "\r") at++;
    return source.slice(start, at);
  }

  function readSingleQuoted(): string {
    const end = source.indexOf("'", at + 1);
    if (end === -1) throw new OpenQuoteError("a single quote is not closed");
    const quoted = isRaw ? source.slice(at, end + 1) : source.slice(at + 1, end);
    at = end + 1;
    return quoted;
  }

  function readDoubleQuoted(keepsEscapes: boolean): string {
    let result = isRaw ? '"' : "";
    at++;
    while (at < source.length) {
      const character = source.charAt(at);
      if (character === '"') {
        at++;
        return isRaw ? result + '"' : result;
      }
      if (character === "$") {
        result += readDollar();
        continue;
      }
      at++;
      if (character !== escape) {
        result += character;
        continue;
      }
      if (keepsEscapes) result += character;
      const next = source.charAt(at);
      if (next === '"' || next === "$" || next === escape) {
        result += next;
        at++;
      } else if (next !== "") result += character;
    }
    throw new OpenQuoteError("a double quote is not closed");
  }

  function readDollar(): string {
    const start = at++;
    if (source[at] !== "{") {
      const name = readName();
      return name === "" ? "$" : (valueOf(name) ?? keep(name, start));
    }
    at++;
    if (at >= source.length) throw new LexError("a substitution is not closed with }");
    if ("{}:".includes(source.charAt(at))) throw new LexError("bad substitution");
    const name = readName();
    return readModifier(name, start);
  }

  /** What stands between the name and the closing brace. */
  function readModifier(name: string, start: number): string {
    let operator = source.charAt(at++);
    if (operator === "}") return valueOf(name) ?? keep(name, start);
    const isColon = operator === ":";
    if (isColon) operator = source.charAt(at++);
    if (operator === "/" && !isColon) return readReplacement(name, start);
    if (operator === "" || !(isColon ? "+-?" : "+-?#%").includes(operator)) {
      throw new LexError(`unsupported modifier (${isColon ? ":" : ""}${operator}) in substitution`);
    }
    const word = readUntil("}", operator === "#" || operator === "%");
    const value = variables.get(name);
    const isSet = value !== undefined && !(isColon && value === "");
    if (operator === "-") return isSet ? grow(value) : word;
    if (operator === "+") return isSet ? word : "";
    if (operator === "?" && isColon && value === "") throw new LexError(`${name} is not allowed to be empty`);
    if (value === undefined) return keep(name, start);
    if (operator === "?") return grow(value);
    const isLongest = word.startsWith(operator);
    const trimmed = (operator === "#" ? trimPrefix : trimSuffix)(value, isLongest ? word.slice(1) : word, isLongest);
    if (trimmed === undefined) throw new LexError(`invalid pattern (${word}) in substitution`);
    return grow(trimmed);
  }

  function readReplacement(name: string, start: number): string {
    const isAll = source[at] === "/";
    if (isAll) at++;
    const pattern = readUntil("/", true);
    const replacement = readUntil("}", true);
    const value = variables.get(name);
    if (value === undefined) return keep(name, start);
    const replaced = replaceMatches(value, pattern, replacement, isAll);
    if (replaced === undefined) throw new LexError(`invalid pattern (${pattern}) in substitution`);
    return grow(replaced);
  }

  function readName(): string {
    const start = at;
    if (/\d/u.test(source.charAt(at))) {
      while (/\d/u.test(source.charAt(at))) at++;
    } else if (at < source.length && specialParameters.includes(source.charAt(at))) at++;
    else while (/[\p{L}\p{Nd}_]/u.test(source.charAt(at))) at++;
    return source.slice(start, at);
  }

  function valueOf(name: string): string | undefined {
    const value = variables.get(name);
    return value === undefined ? undefined : grow(value);
  }

  /** Counts what expansion adds: `ENV A=$A$A` thirty times would fill the memory. */
  function grow(value: string): string {
    expandedLength += value.length;
    if (expandedLength > maxExpandedLength) throw new LexError("the expanded text is too long");
    return value;
  }

  /** Leaves a variable as written. */
  function keep(name: string, start: number): string {
    unresolved.add(name);
    return source.slice(start, at);
  }

  function addToWord(piece: string, start: number, isBlank: boolean): void {
    if (isBlank) endWord();
    else word = { text: (word?.text ?? "") + piece, start: word?.start ?? start };
  }

  function endWord(): void {
    if (word !== undefined && word.text !== "") words.push(word);
    word = undefined;
  }
}
