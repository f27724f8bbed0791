import { splitLines, type LineChange } from "./apply-line-edits.js";
import type { FileChange } from "./plan-fixes.js";

/** Unchanged lines shown around a change, as `diff -u` and git do. */
const contextLines = 3;

/** A change as a unified diff, one entry a line, without line ends. */
export function unifiedDiff({ path, before, after, edits }: FileChange): readonly string[] {
  if (before === undefined) {
    const added = splitLines(after).map((line) => `+${line}`);
    return ["--- /dev/null", `+++ b/${path}`, `@@ -0,0 +1,${added.length} @@`, ...added];
  }
  const lines = splitLines(before);
  const hunks = groupIntoHunks(edits.map((edit) => withoutEqualLines(edit, lines)));
  let shift = 0;
  const body = hunks.flatMap((hunk) => {
    const { text, grown } = hunkText(hunk, lines, shift);
    shift += grown;
    return text;
  });
  return [`--- a/${path}`, `+++ b/${path}`, ...body];
}

/** Cuts lines that an edit only repeats, at its start and its end. */
function withoutEqualLines({ startLine, endLine, lines: added }: LineChange, lines: readonly string[]): LineChange {
  let start = startLine;
  let end = endLine;
  let from = 0;
  let to = added.length;
  for (; start <= end && from < to && lines[start - 1] === added[from]; start++) from++;
  for (; end >= start && to > from && lines[end - 1] === added[to - 1]; end--) to--;
  return { startLine: start, endLine: end, lines: added.slice(from, to) };
}

function groupIntoHunks(changes: readonly LineChange[]): readonly (readonly LineChange[])[] {
  const hunks: LineChange[][] = [];
  for (const change of changes) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk !== undefined && last !== undefined && change.startLine - last.endLine <= 2 * contextLines + 1) {
      hunk.push(change);
    } else hunks.push([change]);
  }
  return hunks;
}

function hunkText(
  hunk: readonly LineChange[],
  lines: readonly string[],
  shift: number,
): { readonly text: readonly string[]; readonly grown: number } {
  const start = Math.max(1, (hunk[0]?.startLine ?? 1) - contextLines);
  const end = Math.min(lines.length, (hunk.at(-1)?.endLine ?? 0) + contextLines);
  const body: string[] = [];
  let grown = 0;
  let line = start;
  for (const { startLine, endLine, lines: added } of hunk) {
    for (; line < startLine; line++) body.push(` ${lines[line - 1]}`);
    for (; line <= endLine; line++) body.push(`-${lines[line - 1]}`);
    body.push(...added.map((text) => `+${text}`));
    grown += added.length - (endLine - startLine + 1);
  }
  for (; line <= end; line++) body.push(` ${lines[line - 1]}`);
  const count = end - start + 1;
  return { text: [`@@ -${start},${count} +${start + shift},${count + grown} @@`, ...body], grown };
}
