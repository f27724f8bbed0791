import type { Location } from "./location.js";

/**
 * Text that came out of a file, maybe joined over continued lines or unquoted on the way: each character still knows its
 * line. A Python syntax error inside `RUN python -c "…"` is shown where the Dockerfile has it.
 */
export interface MappedText {
  readonly text: string;
  /** File that it came from, from the project's folder, with `/`. */
  readonly path: string;
  /** Line of the file, from 1, of the character at `offset` of `text`; offsets past the end give the last line. */
  lineAt(offset: number): number;
  /** True for a whole file as it is: path and text then say everything. */
  readonly isWholeFile?: boolean;
  /** The file holds bytes that are not UTF-8; each stands here as U+FFFD. */
  readonly isUtf8?: false;
}

/** A stretch of text whose characters all come, line by line, from `startLine` on. */
export interface TextPiece {
  readonly text: string;
  /** Line of its first character, from 1; each newline inside the piece counts one up. */
  readonly startLine: number;
}

/** A whole file. @param isUtf8 `false` when bytes of it are not UTF-8. */
export function mappedFile(path: string, text: string, isUtf8?: false): MappedText {
  const whole = { ...mappedPieces(path, [{ text, startLine: 1 }]), isWholeFile: true };
  return isUtf8 === false ? { ...whole, isUtf8 } : whole;
}

/** Pieces put one after the other with nothing between, as BuildKit joins continued lines. */
export function mappedPieces(path: string, pieces: readonly TextPiece[]): MappedText {
  const starts: number[] = [];
  const lines: number[] = [];
  let offset = 0;
  for (const piece of pieces) {
    let line = piece.startLine;
    starts.push(offset);
    lines.push(line);
    for (let i = piece.text.indexOf("\n"); i !== -1; i = piece.text.indexOf("\n", i + 1)) {
      starts.push(offset + i + 1);
      lines.push(++line);
    }
    offset += piece.text.length;
  }
  return {
    text: pieces.map((piece) => piece.text).join(""),
    path,
    lineAt: (at) => lines[lastNotAfter(starts, at)] ?? 1,
  };
}

/** The part of a mapped text from `start` to `end` (exclusive; default: its end), with its lines kept. */
export function mappedSlice(source: MappedText, start: number, end = source.text.length): MappedText {
  return {
    text: source.text.slice(start, end),
    path: source.path,
    lineAt: (offset) => source.lineAt(start + offset),
  };
}

/**
 * Another spelling of a mapped text, such as its unquoted form.
 * @param text the new spelling.
 * @param sourceOffsets for each character of `text`, its offset in `source.text`.
 */
export function mappedRewrite(source: MappedText, text: string, sourceOffsets: readonly number[]): MappedText {
  const last = sourceOffsets.at(-1) ?? 0;
  return { text, path: source.path, lineAt: (offset) => source.lineAt(sourceOffsets[offset] ?? last) };
}

/** Where the characters from `start` to `end` (exclusive) stand in their file. */
export function locate(source: MappedText, start: number, end = start + 1): Location {
  const line = source.lineAt(start);
  const endLine = source.lineAt(Math.max(start, end - 1));
  return endLine > line ? { path: source.path, line, endLine } : { path: source.path, line };
}

/** Index of the last start that is not after `offset`. */
function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
