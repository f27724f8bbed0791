import type { LineEdit } from "#model/finding.js";

/** What a line edit does, without its file. */
export type LineChange = Pick<LineEdit, "startLine" | "endLine" | "lines">;

/**
 * Puts the new lines in, with the line end that the file has; lines that stay keep theirs. Edits must not overlap.
 * @returns undefined when an edit points outside the text.
 */
export function applyLineEdits(text: string, edits: readonly LineChange[]): string | undefined {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const isEnded = text === "" || text.endsWith("\n");
  const lines = (isEnded ? text : text + lineEnd).match(/[^\n]*\n/g) ?? [];
  if (edits.some((edit) => !isInside(edit, lines.length))) return undefined;
  const bottomUp = [...edits].sort((a, b) => b.startLine - a.startLine || b.endLine - a.endLine);
  for (const { startLine, endLine, lines: added } of bottomUp) {
    lines.splice(startLine - 1, endLine - startLine + 1, ...added.map((line) => line + lineEnd));
  }
  const edited = lines.join("");
  return isEnded ? edited : edited.replace(/\r?\n$/, "");
}

/** The lines of a text, without line ends; an end of the last line begins no further line. */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

function isInside({ startLine, endLine }: LineChange, count: number): boolean {
  return startLine >= 1 && endLine >= startLine - 1 && endLine <= count && startLine <= count + 1;
}
