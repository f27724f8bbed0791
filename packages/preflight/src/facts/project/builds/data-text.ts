import type { DataFile, ProjectFile } from "#facts/project/project-facts.js";
import { type MappedText, mappedPieces, type TextPiece } from "#model/mapped-text.js";

/** A text of a data file, such as a step's `run`, with the lines of the file. */
export function dataText(
  file: DataFile,
  source: ProjectFile | undefined,
  keys: readonly (string | number)[],
  text: string,
): MappedText {
  return mappedPieces(file.path, [dataPiece(file, source, keys, text)]);
}

/** A list of commands, run one after the other, as one script. */
export function dataLines(
  file: DataFile,
  source: ProjectFile | undefined,
  keys: readonly (string | number)[],
  texts: readonly string[],
): MappedText {
  const pieces = texts.map((text, i) => dataPiece(file, source, [...keys, i], `${text}\n`));
  return mappedPieces(file.path, pieces);
}

/** The content of a block scalar begins on the line after its `|` or `>`. */
function dataPiece(
  file: DataFile,
  source: ProjectFile | undefined,
  keys: readonly (string | number)[],
  text: string,
): TextPiece {
  const line = file.lineOf(keys);
  const written = lineAt(source?.text ?? "", line);
  const isBlock = file.format === "yaml" && /(?:^|\s)[|>][-+\d]*\s*(?:#.*)?$/.test(written);
  return { text, startLine: isBlock ? line + 1 : line };
}

function lineAt(text: string, line: number): string {
  let start = 0;
  for (let i = 1; i < line && start !== -1; i++) {
    const end = text.indexOf("\n", start);
    if (end === -1) return "";
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  return text.slice(start, end === -1 ? undefined : end).trimEnd();
}
