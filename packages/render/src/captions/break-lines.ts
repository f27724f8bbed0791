import type { MeasuredWords } from "./measured-words.js";

/** Lines of a cue: where each of them ends, and how badly they read. */
export interface BrokenLines {
  readonly ends: readonly number[];
  readonly cost: number;
}

const costOfLine = 0.3;

/**
 * Breaks the words `[from, to)` into at most `maxLines` lines that read best: parted where language parts, about equally long,
 * the upper ones rather shorter. A word that fits nowhere gets a line of its own.
 * @returns undefined when they need more lines.
 */
export function breakLines(words: MeasuredWords, from: number, to: number, maxLines: number): BrokenLines | undefined {
  if (to - from === 1 || words.fillOf(from, to) <= 1) return { ends: [to], cost: 0 };
  if (maxLines === 1) return undefined;
  let best: BrokenLines | undefined;
  for (let end = from + 1; end < to; end++) {
    const fill = words.fillOf(from, end);
    if (fill > 1 && end > from + 1) break;
    const below = breakLines(words, end, to, maxLines - 1);
    if (below === undefined) continue;
    const difference = fill - words.fillOf(end, below.ends[0]!);
    const shape = Math.abs(difference) * 0.8 + (difference > 0 ? 0.15 : 0);
    const cost = costOfLine + Math.max(-0.6, words.penaltyAfter(end - 1)) + shape + below.cost;
    if (best === undefined || cost < best.cost) best = { ends: [end, ...below.ends], cost };
  }
  return best;
}
