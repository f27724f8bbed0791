import { isSpace } from "./blanks.js";

/** A word and where it starts in the text that it was cut from. */
export interface Word {
  readonly text: string;
  readonly start: number;
}

/** Words between blanks; quotes mean nothing. FROM, COPY, ADD, VOLUME and EXPOSE are split like this. */
export function blankWords(text: string): readonly Word[] {
  return Array.from(text.matchAll(/[^\t\v\f\r ]+/gu), (match) => ({ text: match[0], start: match.index }));
}

/**
 * Words between blanks, quoted blanks kept; quotes and escapes stay in the word for the later expansion. ENV, ARG and
 * LABEL are split like this (`parseWords` of BuildKit's line_parsers.go).
 */
export function quotedWords(text: string, escape: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    at = endOfQuotedWord(text, start, escape);
    // An escape character that ends the text is dropped.
    const isCut = at > text.length;
    at = Math.min(at, text.length);
    const word = text.slice(start, isCut ? at - 1 : at);
    if (word !== "") words.push({ text: word, start });
  }
  return words;
}

/** End of the word at `start`; one more than the text's length when an escape character ends the text. */
function endOfQuotedWord(text: string, start: number, escape: string): number {
  let quote = "";
  let at = start;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === "" && isSpace(character)) return at;
    if (character === escape && quote !== "'") {
      at++;
      if (at === text.length) return at + 1;
    } else if (character === quote) quote = "";
    else if (quote === "" && (character === "'" || character === '"')) quote = character;
  }
  return at;
}
