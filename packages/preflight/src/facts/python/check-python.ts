import type { MappedText } from "#model/mapped-text.js";
import { ruffCheck, type RuffDiagnostic } from "./grammar.js";
import type { PythonProblem } from "./module.js";

/** What a compiler and a name check say of a text. */
export interface PythonCheck {
  /** In the order of the text: the first is the cause, later ones often its echo. */
  readonly syntaxErrors: readonly PythonProblem[];
  /** Uses of names that nothing binds, with their offset in the text. */
  readonly unboundUses: readonly { readonly name: string; readonly offset: number }[];
  /** Names that a function reads before it assigns them, which makes them its own: `global` is missing. */
  readonly unboundLocals: readonly PythonProblem[];
}

/**
 * Checks a text as CPython of a version would compile it.
 * @param version such as `3.10`; out of 3.7 to 3.14 the nearest is taken.
 */
export function checkPython(source: MappedText, version: string): PythonCheck {
  const { text } = source;
  // U+FFFD alone proves nothing: programs that decode tokens one by one have it in their strings.
  if (source.isUtf8 === false && !declaresEncoding(text))
    return refused(source, text.indexOf("\uFFFD"), "Source code is not UTF-8");
  const nullOffset = text.indexOf("\0");
  if (nullOffset !== -1) return refused(source, nullOffset, "Source code cannot contain null bytes");
  const target = ruffVersion(version);
  const diagnostics = ruffCheck(text, target);
  const spoken = withoutSuppressions(text);
  const strict = spoken === text ? diagnostics : ruffCheck(spoken, target);
  if (diagnostics === undefined || strict === undefined) return refused(source, 0, "Nested too deeply to be compiled");
  const lineStarts = lineStartsOf(text);
  return {
    syntaxErrors: strict
      .filter(isSyntaxError)
      .map((found) => ({ message: found.message.trim(), offset: offsetOf(found, lineStarts) }))
      .sort((a, b) => a.offset - b.offset)
      .map(({ message, offset }) => ({ message, line: lineOf(source, offset) })),
    unboundUses: diagnostics
      .filter((found) => found.code === undefinedName)
      .map((found) => ({ name: quoted(found), offset: offsetOf(found, lineStarts) })),
    unboundLocals: diagnostics
      .filter((found) => found.code === unboundLocal)
      .map((found) => ({ message: quoted(found), line: lineOf(source, offsetOf(found, lineStarts)) })),
  };
}

const undefinedName = "F821";
const unboundLocal = "F823";

function isSyntaxError({ code }: RuffDiagnostic): boolean {
  return code !== undefinedName && code !== unboundLocal;
}

function quoted({ message }: RuffDiagnostic): string {
  return /`([^`]+)`/.exec(message)?.[1] ?? "";
}

/** PEP 263: a comment in one of the first two lines. */
function declaresEncoding(text: string): boolean {
  return text.split("\n", 2).some((line) => /^[ \t\f]*#.*?coding[:=]/.test(line));
}

/** `3.10` and `3.10.4` are `py310`. */
function ruffVersion(version: string): string {
  const minor = Number(/^3\.(\d{1,3})/.exec(version)?.[1] ?? 12);
  return `py3${Math.min(Math.max(minor, 7), 14)}`;
}

/** `# noqa` silences ruff's lint rules, but no comment keeps CPython from refusing a `return` outside a function. */
function withoutSuppressions(text: string): string {
  return text.replace(/#[^\r\n]*/g, (comment) => comment.replace(/noqa|ruff:/gi, (word) => "_".repeat(word.length)));
}

/** Ruff ends a line at LF, CR and CRLF. */
function lineStartsOf(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (end) => end.index + end[0].length)];
}

function offsetOf(found: RuffDiagnostic, lineStarts: readonly number[]): number {
  const { row, column } = found.start_location;
  return (lineStarts[row - 1] ?? 0) + column - 1;
}

/** An error at the end of the text is told at the last line that holds anything. */
function lineOf(source: MappedText, offset: number): number {
  return source.lineAt(Math.max(0, Math.min(offset, source.text.trimEnd().length - 1)));
}

function refused(source: MappedText, offset: number, message: string): PythonCheck {
  return { syntaxErrors: [{ message, line: source.lineAt(Math.max(0, offset)) }], unboundUses: [], unboundLocals: [] };
}
