import { graphemesOf } from "./font/graphemes.js";
import { fitsLine, type LineRuler } from "./line-ruler.js";
import { isRightToLeft } from "./script-of.js";
import type { TimedWord } from "./timed-word.js";

/**
 * Cuts words that no line can hold into about equal pieces that lines can, with a hyphen where letters are parted; the time is
 * shared by characters. Right-to-left scripts join their letters and are never cut: such a word is drawn smaller.
 */
export function splitLongWords(words: readonly TimedWord[], ruler: LineRuler): TimedWord[] {
  return words.flatMap((word) => (isWhole(word.text, ruler) ? [word] : piecesOf(word, ruler)));
}

const hyphenated = /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Armenian}\p{M}]+$/u;

function isWhole(text: string, ruler: LineRuler): boolean {
  return fitsLine(text, ruler) || isRightToLeft(text);
}

function piecesOf(word: TimedWord, ruler: LineRuler): TimedWord[] {
  const letters = graphemesOf(word.text);
  const ends = evenEnds(letters, ruler);
  const secondsEach = (word.endSeconds - word.startSeconds) / letters.length;
  return ends.map((end, at) => {
    const start = ends[at - 1] ?? 0;
    return {
      ...word,
      text: letters.slice(start, end).join("") + (isParted(letters, end) ? hyphen : ""),
      startSeconds: word.startSeconds + start * secondsEach,
      endSeconds: end === letters.length ? word.endSeconds : word.startSeconds + end * secondsEach,
    };
  });
}

/** Where pieces end: as few as can be, of about the same length. */
function evenEnds(letters: readonly string[], ruler: LineRuler): number[] {
  const filled = greedyEnds(letters, ruler, letters.length);
  const even = greedyEnds(letters, ruler, Math.ceil(letters.length / filled.length));
  return even.length === filled.length ? even : filled;
}

/** Each piece takes as many letters as fit, and not more than `most`; at least one. */
function greedyEnds(letters: readonly string[], ruler: LineRuler, most: number): number[] {
  const ends: number[] = [];
  let start = 0;
  let [characters, width] = [0, 0];
  for (const [at, letter] of letters.entries()) {
    const tail = isParted(letters, at + 1) ? hyphen : "";
    const [ownCharacters, ownWidth] = [ruler.characterShareOf(letter), ruler.widthShareOf(letter)];
    const isFull =
      at - start >= most ||
      characters + ownCharacters + ruler.characterShareOf(tail) > 1 ||
      width + ownWidth + ruler.widthShareOf(tail) > 1;
    if (isFull && at > start) {
      ends.push(at);
      start = at;
      [characters, width] = [0, 0];
    }
    characters += ownCharacters;
    width += ownWidth;
  }
  return [...ends, letters.length];
}

const hyphen = "-";

/** Whether a break in front of letter `at` needs a hyphen: letters on both sides, of a script that has hyphens. */
function isParted(letters: readonly string[], at: number): boolean {
  return hyphenated.test(letters[at - 1] ?? "") && hyphenated.test(letters[at] ?? "");
}
