import type { ImageFacts } from "#facts/image/image-facts.js";
import type { LineEdit } from "#model/finding.js";
import type { Location } from "#model/location.js";

/** Puts a word, or nothing, in the place of the one where it stands in a line; undefined when it is not there just once. */
export function editWord(image: ImageFacts, at: Location, word: string, replacement: string): LineEdit | undefined {
  const line = lineAt(image, at);
  if (line === undefined || word === "") return undefined;
  const starts = wordStarts(line, word);
  const [start] = starts;
  if (start === undefined || starts.length > 1) return undefined;
  const end = start + word.length;
  const before = line.slice(0, start);
  const after = replacement === "" ? line.slice(end).replace(/^[ \t]+/, "") : line.slice(end);
  return { kind: "lines", path: at.path, startLine: at.line, endLine: at.line, lines: [before + replacement + after] };
}

/** The text of a line of the Dockerfile or of a file of the project, without its end. */
export function lineAt({ dockerfile, project }: ImageFacts, at: Location): string | undefined {
  if (at.path === dockerfile.path) return dockerfile.lines[at.line - 1];
  return project.files.get(at.path)?.text?.split(/\r?\n/)[at.line - 1];
}

/** Where a word stands with a blank, a quote or an end of the line on both sides; nothing behind ` #` counts. */
function wordStarts(line: string, word: string): readonly number[] {
  const comment = line.search(/(^|\s)#/);
  const text = comment === -1 ? line : line.slice(0, comment);
  const starts: number[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (/^$|[\s"']/.test(text[at - 1] ?? "") && /^$|[\s"';]/.test(text[at + word.length] ?? "")) starts.push(at);
  }
  return starts;
}
