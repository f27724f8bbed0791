import type { MappedText, TextPiece } from "#model/mapped-text.js";
import { mappedPieces } from "#model/mapped-text.js";
import { leadingSpaces } from "./blanks.js";

/** Lines that a continuation character joins. */
export interface LogicalLine {
  readonly text: MappedText;
  /** First line, from 1. */
  readonly line: number;
  /** Last line, inclusive. */
  readonly endLine: number;
}

/**
 * Reads the logical line that starts at `index` (from 0). Continued lines are joined with nothing between; comment lines
 * and empty lines inside are dropped.
 * @returns undefined when the line is empty or a comment.
 */
export function readLogicalLine(
  path: string,
  lines: readonly string[],
  index: number,
  escape: string,
): LogicalLine | undefined {
  const first = lines[index] ?? "";
  if (isComment(first)) return undefined;
  let { text, isContinued } = cutContinuation(first.slice(leadingSpaces(first)), escape);
  if (text === "" && !isContinued) return undefined;
  const pieces: TextPiece[] = [{ text, startLine: index + 1 }];
  let at = index;
  while (isContinued && at + 1 < lines.length) {
    const next = lines[++at] ?? "";
    if (isComment(next) || leadingSpaces(next) === next.length) continue;
    ({ text, isContinued } = cutContinuation(next, escape));
    pieces.push({ text, startLine: at + 1 });
  }
  return { text: mappedPieces(path, pieces), line: index + 1, endLine: at + 1 };
}

function isComment(line: string): boolean {
  return line.startsWith("#", leadingSpaces(line));
}

/** An escape character that ends a line continues it, unless another one stands before it. */
function cutContinuation(line: string, escape: string): { text: string; isContinued: boolean } {
  let end = line.length;
  while (line[end - 1] === " " || line[end - 1] === "\t") end--;
  const isContinued = line[end - 1] === escape && line[end - 2] !== escape;
  return { text: isContinued ? line.slice(0, end - 1) : line, isContinued };
}
