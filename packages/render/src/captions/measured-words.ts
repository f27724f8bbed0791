import { breakPenalty } from "./break-penalty.js";
import type { LineRuler } from "./line-ruler.js";

/** Words of a text with what a break after each of them costs, and how full any stretch of them makes a line. */
export interface MeasuredWords {
  /** Cost of a break behind word `at`; 0 behind the last one. */
  penaltyAfter(at: number): number;
  /** Fill of a line of the words `[from, to)`; over 1 = does not fit. */
  fillOf(from: number, to: number): number;
  /** Characters of the words `[from, to)` with the spaces between them. */
  charactersOf(from: number, to: number): number;
}

/** Measures each word once; a stretch is the sum of its words and the spaces between them. */
export function measureWords(texts: readonly string[], ruler: LineRuler): MeasuredWords {
  const characters = runningSum(texts, ruler.charactersOf, 1);
  const characterShare = runningSum(texts, ruler.characterShareOf, ruler.characterShareOf(" "));
  const widthShare = runningSum(texts, ruler.widthShareOf, ruler.widthShareOf(" "));
  const penalties = texts.map((text, at) => (at + 1 < texts.length ? breakPenalty(text, texts[at + 1]!) : 0));
  return {
    penaltyAfter: (at) => penalties[at]!,
    fillOf: (from, to) => Math.max(characterShare(from, to), widthShare(from, to)),
    charactersOf: characters,
  };
}

/** Sum over `[from, to)` in one step. */
function runningSum(texts: readonly string[], sizeOf: (text: string) => number, space: number) {
  const sums = new Float64Array(texts.length + 1);
  for (const [at, text] of texts.entries()) sums[at + 1] = sums[at]! + sizeOf(text) + space;
  return (from: number, to: number) => sums[to]! - sums[from]! - space;
}
