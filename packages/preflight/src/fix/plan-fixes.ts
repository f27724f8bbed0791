import type { Finding, Fix, LineEdit, NewFileEdit } from "#model/finding.js";
import { applyLineEdits } from "./apply-line-edits.js";

/** One file as it is and as it would be. */
export interface FileChange {
  readonly path: string;
  /** Undefined: the file is not there yet. */
  readonly before: string | undefined;
  readonly after: string;
  /** What was done, in the imperative; each once. */
  readonly titles: readonly string[];
  /** Edits of `before`, by line; empty for a new file. */
  readonly edits: readonly LineEdit[];
}

/** What can be changed at once. */
export interface FixPlan {
  readonly changes: readonly FileChange[];
  /** How many fixes are in `changes`. */
  readonly applied: number;
  /** Fixes that touch the lines of another one: the next run has them. */
  readonly postponed: number;
}

/**
 * Collects the fixes of findings. A fix is taken whole or not at all; where two touch the same lines, the first by path
 * and line wins.
 * @param textOf text of a file of the project; undefined: not there, or no text.
 */
export function planFixes(findings: readonly Finding[], textOf: (path: string) => string | undefined): FixPlan {
  const files = new Map<string, Draft>();
  let applied = 0;
  let postponed = 0;
  for (const fix of distinctFixes(findings)) {
    if (!fits(fix, files, textOf)) {
      postponed++;
      continue;
    }
    applied++;
    for (const edit of fix.edits) addEdit(files, fix, edit);
  }
  const changes = [...files].flatMap(([path, draft]) => changeOf(path, draft, textOf(path)));
  return { changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)), applied, postponed };
}

interface Draft {
  readonly titles: Set<string>;
  readonly edits: LineEdit[];
  newText: string | undefined;
}

/** The same fix may come with several findings, or with one for each image. */
function distinctFixes(findings: readonly Finding[]): readonly Fix[] {
  const byContent = new Map<string, Fix>();
  for (const { fix } of findings) if (fix !== undefined) byContent.set(JSON.stringify(fix.edits), fix);
  return [...byContent.values()].filter(({ edits }) => edits.length > 0).sort(byPlace);
}

function byPlace(a: Fix, b: Fix): number {
  const [first, second] = [placeOf(a), placeOf(b)];
  if (first.path !== second.path) return first.path < second.path ? -1 : 1;
  return first.line - second.line;
}

function placeOf({ edits: [edit] }: Fix): { readonly path: string; readonly line: number } {
  return { path: edit?.path ?? "", line: edit?.kind === "lines" ? edit.startLine : 0 };
}

function fits(fix: Fix, files: ReadonlyMap<string, Draft>, textOf: (path: string) => string | undefined): boolean {
  return fix.edits.every((edit, index) => {
    const draft = files.get(edit.path);
    const text = textOf(edit.path);
    if (edit.kind === "new-file") return draft === undefined && text === undefined;
    if (text === undefined || draft?.newText !== undefined) return false;
    if (applyLineEdits(text, [edit]) === undefined) return false;
    const earlier = fix.edits.slice(0, index).filter((each): each is LineEdit => isLineEditOf(each, edit.path));
    return ![...(draft?.edits ?? []), ...earlier].some((other) => overlaps(edit, other));
  });
}

function isLineEditOf(edit: LineEdit | NewFileEdit, path: string): boolean {
  return edit.kind === "lines" && edit.path === path;
}

/** Two insertions at one place overlap too: their order would be a guess. */
function overlaps(a: LineEdit, b: LineEdit): boolean {
  const isInsertion = (edit: LineEdit): boolean => edit.endLine < edit.startLine;
  if (isInsertion(a) && isInsertion(b)) return a.startLine === b.startLine;
  if (isInsertion(a)) return b.startLine < a.startLine && a.startLine <= b.endLine;
  if (isInsertion(b)) return overlaps(b, a);
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}

function addEdit(files: Map<string, Draft>, { title }: Fix, edit: LineEdit | NewFileEdit): void {
  const draft = files.get(edit.path) ?? { titles: new Set(), edits: [], newText: undefined };
  draft.titles.add(title);
  if (edit.kind === "lines") draft.edits.push(edit);
  else draft.newText = edit.text;
  files.set(edit.path, draft);
}

function changeOf(path: string, draft: Draft, before: string | undefined): readonly FileChange[] {
  const titles = [...draft.titles];
  if (draft.newText !== undefined) return [{ path, before: undefined, after: draft.newText, titles, edits: [] }];
  const edits = draft.edits.sort((a, b) => a.startLine - b.startLine || a.endLine - b.endLine);
  const after = before === undefined ? undefined : applyLineEdits(before, edits);
  return after === undefined || after === before ? [] : [{ path, before, after, titles, edits }];
}
