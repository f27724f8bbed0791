import type { MappedText, TextPiece } from "#model/mapped-text.js";
import { mappedPieces } from "#model/mapped-text.js";
import { withoutLineEnd } from "./blanks.js";
import type { Heredoc } from "./dockerfile.js";
import type { Lexed } from "./shell-lexer.js";
import { lex, LexError } from "./shell-lexer.js";

/** `<<EOF` as a word names it. */
export interface HeredocWord {
  readonly name: string;
  readonly isExpanded: boolean;
  readonly stripsTabs: boolean;
  readonly hasBlank: boolean;
}

/** The here-documents that follow a logical line. */
export interface ReadHeredocs {
  readonly heredocs: readonly Heredoc[];
  /** Last line that they take, from 1. */
  readonly endLine: number;
  /** Name of one that no line ends. */
  readonly unterminated: string | undefined;
}

/**
 * Reads the bodies of the here-documents that a line opens.
 * @param lines all lines, with their `\r`.
 * @param endLine last line of the instruction so far, from 1.
 */
export function readHeredocs(line: MappedText, lines: readonly string[], endLine: number): ReadHeredocs {
  const heredocs: Heredoc[] = [];
  let lastLine = endLine;
  for (const { start, ...word } of heredocWords(line.text)) {
    const pieces: TextPiece[] = [];
    let isTerminated = false;
    while (!isTerminated && lastLine < lines.length) {
      const body = lines[lastLine++] ?? "";
      const text = word.stripsTabs ? body.replace(/^\t+/u, "") : body;
      isTerminated = withoutLineEnd(text) === word.name;
      if (!isTerminated) pieces.push({ text: `${text}\n`, startLine: lastLine });
    }
    const content = mappedPieces(line.path, pieces);
    heredocs.push({ ...word, content, line: line.lineAt(start), endLine: lastLine });
    if (!isTerminated) return { heredocs, endLine: lastLine, unterminated: word.name };
  }
  return { heredocs, endLine: lastLine, unterminated: undefined };
}

/** The here-document that a whole word, or a whole command, stands for. */
export function readHeredocWord(word: string): HeredocWord | undefined {
  const match = /^\d*<<(-?)/u.exec(word);
  const rest = word.slice(match?.[0].length ?? 0);
  if (match === null || rest.includes("<")) return undefined;
  const written = rest.trimStart();
  const plain = tryLex(written, false);
  const raw = tryLex(written, true);
  const [name] = plain?.words ?? [];
  const [rawName] = raw?.words ?? [];
  if (name === undefined || rawName === undefined || plain?.words.length !== 1) return undefined;
  return {
    name: name.text,
    isExpanded: countQuotes(name.text) === countQuotes(rawName.text),
    stripsTabs: match[1] === "-",
    hasBlank: written.length < rest.length,
  };
}

/** A line with an open quote opens no here-document. The escape is always a backslash here. */
function heredocWords(line: string): readonly (HeredocWord & { readonly start: number })[] {
  if (!line.includes("<<")) return [];
  return (tryLex(line, true)?.words ?? []).flatMap(({ text, start }) => {
    const word = readHeredocWord(text);
    return word === undefined ? [] : [{ ...word, start }];
  });
}

function tryLex(text: string, isRaw: boolean): Lexed | undefined {
  try {
    return lex(text, { variables: new Map(), escape: "\\", isRaw });
  } catch (error) {
    if (error instanceof LexError) return undefined;
    throw error;
  }
}

function countQuotes(text: string): number {
  return text.match(/['"]/gu)?.length ?? 0;
}
