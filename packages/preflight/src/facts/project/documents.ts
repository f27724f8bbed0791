import type { DocumentFacts, ProjectFile } from "./project-facts.js";

/** Code samples of Markdown, reStructuredText and plain text files, taken out of their indentation. */
export function readDocuments(files: ReadonlyMap<string, ProjectFile>): readonly DocumentFacts[] {
  const documents: DocumentFacts[] = [];
  for (const { path, text } of files.values()) {
    if (text === undefined || !documentName.test(path) || requirementsName.test(path)) continue;
    const lines = text.split(/\r?\n/);
    documents.push({ path, fences: path.endsWith(".rst") ? directives(lines) : fences(lines) });
  }
  return documents;
}

type Fence = DocumentFacts["fences"][number];

const documentName = /\.(?:md|mdx|markdown|rst|txt)$/i;
const requirementsName = /(?:^|[/._-])(?:requirements|constraints)[^/]*\.txt$|\brequirements\/[^/]*\.txt$/i;

/** CommonMark 4.5, and more forgiving: a fence may be indented by any amount, as inside lists. */
const opening = /^([ \t]*)(`{3,}|~{3,})[ \t]*([^\s`{]*)/;
const closing = /^[ \t]*(`{3,}|~{3,})[ \t]*$/;

/** `line` is that of the first line of code. An unclosed fence runs to the end of the file. */
function fences(lines: readonly string[]): readonly Fence[] {
  const found: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent = "", marker, language = ""] = opening.exec(lines[i] ?? "") ?? [];
    if (marker === undefined) continue;
    const start = i + 1;
    for (i = start; i < lines.length; i++) {
      if (closing.exec(lines[i] ?? "")?.[1]?.startsWith(marker)) break;
    }
    found.push(fenceOf(language, lines.slice(start, i), indent.length, start + 1));
  }
  return found;
}

const directive = /^([ \t]*)\.\. (?:code-block|code|sourcecode)::[ \t]*(\S*)/;

/** The directives of docutils and Sphinx: the body is what is indented deeper. */
function directives(lines: readonly string[]): readonly Fence[] {
  const found: Fence[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, language = ""] = directive.exec(lines[i] ?? "") ?? [];
    if (indent === undefined) continue;
    let start = i + 1;
    while (start < lines.length && /^\s*(?::[\w-]+:.*)?$/.test(lines[start] ?? "")) start++;
    let end = start;
    while (end < lines.length && (blank(lines[end]) || width(lines[end]) > indent.length)) end++;
    if (end > start) found.push(fenceOf(language, lines.slice(start, end), width(lines[start]), start + 1));
    i = end - 1;
  }
  return found;
}

function fenceOf(language: string, body: readonly string[], indent: number, line: number): Fence {
  const text = body.map((one) => one.slice(Math.min(indent, width(one)))).join("\n");
  return { language: language.toLowerCase(), text, line };
}

function width(line = ""): number {
  return line.length - line.trimStart().length;
}

function blank(line = ""): boolean {
  return line.trim() === "";
}
