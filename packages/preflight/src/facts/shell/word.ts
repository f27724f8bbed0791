import { posix } from "node:path";
import { type MappedText, mappedRewrite } from "#model/mapped-text.js";
import { balancedEnd } from "./balanced.js";
import { expandParameter } from "./parameter.js";
import type { ShellWord } from "./script.js";
import type { Span } from "./syntax.js";

/** What the expansion of a word asks for. */
export interface WordScope {
  readonly get: (name: string) => string | undefined;
  readonly isUncertain: (name: string) => boolean;
  readonly workdir: string | undefined;
  /** `$1`, `$2`, …; undefined: nobody can know. */
  readonly positional: readonly string[] | undefined;
  /** `$0`: the path of the running script. */
  readonly scriptPath: string | undefined;
}

/** A word, and its characters' lines. */
export interface ExpandedWord extends ShellWord {
  readonly mapped: MappedText;
}

/** `$(…)`, `<(…)` or backticks inside a word: the offsets of the script in them. */
export interface Substitution extends Span {
  readonly kind: "command" | "process";
}

/** How quotes are read: a word's own, or a here-document's, where they are plain characters. */
export type QuoteStyle = "word" | "here-document";

/** The words that one written word becomes, as POSIX 2.6 has it, and the scripts inside it. */
export function expandWord(
  source: MappedText,
  span: Span,
  scope: WordScope,
): { readonly words: readonly ExpandedWord[]; readonly substitutions: readonly Substitution[] } {
  const reader = createReader(source.text, scope);
  readWord(reader, span.start, span.end);
  reader.finish();
  const raw = source.text.slice(span.start, span.end);
  const line = source.lineAt(span.start);
  const words = reader.fields.map(({ text, offsets, isKnown }) => ({
    text,
    isKnown,
    raw,
    line,
    mapped: mappedRewrite(source, text, offsets),
  }));
  return { words, substitutions: reader.substitutions };
}

/** The text of an unquoted here-document: variables expanded, `\$`, `` \` ``, `\\` and joined lines undone. */
export function expandHereDocument(source: MappedText, span: Span, scope: WordScope): MappedText {
  const reader = createReader(source.text, scope);
  readQuoted(reader, span.start, span.end, "here-document");
  reader.finish();
  const field = reader.fields[0];
  return mappedRewrite(source, field?.text ?? "", field?.offsets ?? [span.start]);
}

interface Field {
  text: string;
  readonly offsets: number[];
  isKnown: boolean;
}

interface Reader {
  readonly text: string;
  readonly scope: WordScope;
  readonly fields: Field[];
  readonly substitutions: Substitution[];
  /** Adds text that stems from `offset`; each character one further when `advances`. */
  readonly add: (text: string, offset: number, advances?: boolean) => void;
  readonly addUnknown: (text: string, offset: number) => void;
  readonly breakField: () => void;
  /** A quoted empty string is a word; an unquoted empty variable is none. */
  readonly touch: () => void;
  readonly finish: () => void;
}

function createReader(text: string, scope: WordScope): Reader {
  const fields: Field[] = [];
  let field: Field | undefined;
  const open = (): Field => (field ??= { text: "", offsets: [], isKnown: true });
  const add: Reader["add"] = (added, offset, advances = false) => {
    const into = open();
    into.text += added;
    for (let i = 0; i < added.length; i++) into.offsets.push(advances ? offset + i : offset);
  };
  const finish = (): void => {
    if (field) fields.push(field);
    field = undefined;
  };
  return {
    text,
    scope,
    fields,
    substitutions: [],
    add,
    addUnknown: (added, offset) => {
      add(added, offset, true);
      open().isKnown = false;
    },
    breakField: finish,
    touch: () => void open(),
    finish,
  };
}

function readWord(reader: Reader, start: number, end: number): void {
  const { text } = reader;
  let at = start;
  if (text[at] === "~" && (at + 1 === end || text[at + 1] === "/")) {
    const home = reader.scope.get("HOME");
    if (home === undefined) reader.addUnknown("~", at);
    else reader.add(home, at);
    at++;
  }
  while (at < end) {
    const character = text[at];
    if (character === "\\") {
      if (text[at + 1] !== "\n" && at + 1 < end) reader.add(text[at + 1] ?? "", at + 1);
      at += 2;
    } else if (character === "'") {
      const close = closeOf(text, "'", at + 1, end);
      reader.touch();
      reader.add(text.slice(at + 1, close), at + 1, true);
      at = close + 1;
    } else if (character === '"' || (character === "$" && text[at + 1] === '"')) {
      const open = character === "$" ? at + 1 : at;
      const close = balancedEnd(text, open, end);
      reader.touch();
      readQuoted(reader, open + 1, text[close - 1] === '"' && close - 1 > open ? close - 1 : close, "word");
      at = close;
    } else if (character === "$" && text[at + 1] === "'") at = readAnsi(reader, at + 2, end);
    else if (character === "$" || character === "`") at = readExpansion(reader, at, end, false);
    else if ((character === "<" || character === ">") && text[at + 1] === "(") {
      const close = balancedEnd(text, at + 1, end);
      reader.substitutions.push({ kind: "process", start: at + 2, end: close - 1 });
      reader.addUnknown(text.slice(at, close), at);
      at = close;
    } else {
      const next = nextSpecial(text, at + 1, end);
      reader.add(text.slice(at, next), at, true);
      at = next;
    }
  }
}

function readQuoted(reader: Reader, start: number, end: number, style: QuoteStyle): void {
  const { text } = reader;
  const escapable = style === "word" ? '$`"\\' : "$`\\";
  let at = start;
  while (at < end) {
    const character = text[at];
    if (character === "\\" && text[at + 1] === "\n") at += 2;
    else if (character === "\\" && at + 1 < end && escapable.includes(text[at + 1] ?? "")) {
      reader.add(text[at + 1] ?? "", at + 1);
      at += 2;
    } else if (character === "$" || character === "`") at = readExpansion(reader, at, end, true);
    else {
      let next = at + 1;
      while (next < end && text[next] !== "\\" && text[next] !== "$" && text[next] !== "`") next++;
      reader.add(text.slice(at, next), at, true);
      at = next;
    }
  }
}

/** `$…` or a backtick at `at`. @returns the offset after it. */
function readExpansion(reader: Reader, at: number, end: number, isQuoted: boolean): number {
  const { text, scope } = reader;
  const next = text[at + 1] ?? "";
  if (text[at] === "`" || next === "(") {
    const open = text[at] === "`" ? at : at + 1;
    const close = balancedEnd(text, open, end);
    const isArithmetic = text.startsWith("$((", at);
    if (!isArithmetic)
      reader.substitutions.push({ kind: "command", start: open + 1, end: Math.max(open + 1, close - 1) });
    const known = isArithmetic ? undefined : wellKnown(text.slice(open + 1, close - 1), scope);
    if (known === undefined) reader.addUnknown(text.slice(at, close), at);
    else reader.add(known, at);
    return close;
  }
  const close = next === "{" ? balancedEnd(text, at + 1, end) : at + 1 + nameLength(text, at + 1, end);
  const written = text.slice(at, close);
  if (written === "$") {
    reader.add("$", at);
    return at + 1;
  }
  const body = next === "{" ? written.slice(2, -1) : written.slice(1);
  if ((body === "@" || body === "*") && scope.positional !== undefined) {
    addValues(reader, scope.positional, at, isQuoted && body === "@");
    return close;
  }
  const value = expandParameter(body, scope);
  if (value === undefined) reader.addUnknown(written, at);
  else if (isQuoted) reader.add(value, at);
  else addSplit(reader, value, at);
  return close;
}

function addValues(reader: Reader, values: readonly string[], at: number, isKept: boolean): void {
  for (const [index, value] of values.entries()) {
    if (index > 0) reader.breakField();
    if (isKept) reader.add(value, at);
    else addSplit(reader, value, at);
  }
}

/** Field splitting, POSIX 2.6.5, with the default IFS. */
function addSplit(reader: Reader, value: string, at: number): void {
  const parts = value.split(/[ \t\n]+/);
  for (const [index, part] of parts.entries()) {
    if (index > 0) reader.breakField();
    if (part !== "") reader.add(part, at);
  }
}

function readAnsi(reader: Reader, start: number, end: number): number {
  const { text } = reader;
  const escape = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3})|([^]))/y;
  let at = start;
  reader.touch();
  while (at < end && text[at] !== "'") {
    escape.lastIndex = at;
    const match = text[at] === "\\" ? escape.exec(text) : null;
    if (match === null) reader.add(text[at] ?? "", at);
    else reader.add(ansiCharacter(match), at);
    at += match === null ? 1 : match[0].length;
  }
  return at + 1;
}

function ansiCharacter(match: RegExpExecArray): string {
  const [whole, hexadecimal, unicode, octal, letter] = match;
  if (hexadecimal ?? unicode) return String.fromCharCode(Number.parseInt(hexadecimal ?? unicode ?? "0", 16));
  if (octal) return String.fromCharCode(Number.parseInt(octal, 8));
  return ansiLetters.get(letter ?? "") ?? (`'"\\?`.includes(letter ?? "") ? (letter ?? "") : whole);
}

const ansiLetters: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\u0007"],
  ["b", "\b"],
  ["e", "\u001B"],
  ["f", "\f"],
  ["v", "\v"],
]);

/** `$(pwd)`, and the ways in which scripts find their own folder. */
function wellKnown(script: string, scope: WordScope): string | undefined {
  const written = script.replaceAll(/["'\s]/g, "").replaceAll(/\$\{(?:BASH_SOURCE(?:\[0\])?|0)\}|\$0/g, "$0");
  if (written === "pwd") return scope.workdir;
  const isOwnFolder =
    /^(?:cd)?(?:--)?(?:\$\()?dirname(?:--)?(?:\$0|\$\((?:readlink-f|realpath)(?:--)?\$0\))\)?(?:>\/dev\/null(?:2>&1)?)?(?:&&pwd(?:-P)?)?$/;
  return scope.scriptPath !== undefined && isOwnFolder.test(written) ? posix.dirname(scope.scriptPath) : undefined;
}

function nameLength(text: string, at: number, end: number): number {
  const name = /[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]/y;
  name.lastIndex = at;
  const match = at < end ? name.exec(text) : null;
  return match === null ? 0 : Math.min(match[0].length, end - at);
}

function closeOf(text: string, character: string, from: number, end: number): number {
  const close = text.indexOf(character, from);
  return close === -1 || close > end ? end : close;
}

function nextSpecial(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !"\\'\"$`<>".includes(text[at] ?? "")) at++;
  return at;
}
