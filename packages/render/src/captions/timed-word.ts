/** A word as it is shown, and when it is spoken. Seconds count from the start of the film. */
export interface TimedWord {
  /** Display text without spaces at its ends: `$5.20,` and not `five dollars twenty`. */
  readonly text: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** How sure whoever timed it is, 0 to 1; absent where nobody said. */
  readonly confidence?: number;
}

/** A word as an aligner gives it: it may have missed a time, or mixed some up. */
export interface RoughWord {
  readonly text: string;
  readonly startSeconds?: number | null | undefined;
  readonly endSeconds?: number | null | undefined;
  readonly confidence?: number | null | undefined;
}

/** Two frames at 50 a second: nothing shorter can be seen to light up. */
export const leastWordSeconds = 0.04;

/** Of a word that nobody timed, where no neighbour limits it. */
const guessedWordSeconds = 0.3;

/**
 * Makes words that can be captioned out of what was measured: without control characters and empty words, by start, with
 * the gaps in the times filled from the neighbours, at least 40 ms long, and none before the one in front of it has ended.
 */
export function repairWords(words: readonly RoughWord[]): TimedWord[] {
  const shown = words.map((word) => ({ ...word, text: cleanText(word.text) })).filter(({ text }) => text !== "");
  const filled = fillTimes(sortByStart(shown));
  let earliest = 0;
  const starts = filled.map(({ startSeconds }) => {
    const start = Math.max(startSeconds, earliest);
    earliest = start + leastWordSeconds;
    return start;
  });
  return filled.map((word, at) => {
    const startSeconds = starts[at]!;
    const latest = starts[at + 1] ?? Number.POSITIVE_INFINITY;
    return {
      ...word,
      startSeconds,
      endSeconds: Math.min(Math.max(word.endSeconds, startSeconds + leastWordSeconds), latest),
    };
  });
}

/** Control characters could end a line of a caption file; marks that turn the writing direction could turn the next words, too. */
function cleanText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\p{Cs}]/gu, "")
    .trim();
}

/** A word without a start stays behind the word it was given after. */
function sortByStart(words: readonly RoughWord[]): RoughWord[] {
  let latest = 0;
  const keyed = words.map((word) => ({ word, key: (latest = timeOf(word.startSeconds) ?? latest) }));
  return keyed.toSorted((left, right) => left.key - right.key).map(({ word }) => word);
}

/** Words without a start share the time between their neighbours by their letters. */
function fillTimes(words: readonly RoughWord[]): TimedWord[] {
  const filled: TimedWord[] = [];
  for (let from = 0; from < words.length;) {
    const known = timeOf(words[from]!.startSeconds);
    if (known !== undefined) {
      const endSeconds = Math.max(known, timeOf(words[from]!.endSeconds) ?? endBefore(words[from + 1], known));
      filled.push(wordAt(words[from]!, known, endSeconds));
      from++;
      continue;
    }
    let to = from;
    while (to < words.length && timeOf(words[to]!.startSeconds) === undefined) to++;
    filled.push(...spread(words.slice(from, to), filled.at(-1)?.endSeconds, timeOf(words[to]?.startSeconds)));
    from = to;
  }
  return filled;
}

function spread(words: readonly RoughWord[], after: number | undefined, before: number | undefined): TimedWord[] {
  const wanted = words.length * guessedWordSeconds;
  const start = after ?? Math.max(0, (before ?? wanted) - wanted);
  const seconds = Math.max(0, (before ?? start + wanted) - start);
  const letters = words.reduce((sum, { text }) => sum + text.length, 0);
  let at = start;
  return words.map((word) => {
    const from = at;
    at += (seconds * word.text.length) / letters;
    return wordAt(word, from, at);
  });
}

function endBefore(next: RoughWord | undefined, start: number): number {
  return Math.min(timeOf(next?.startSeconds) ?? Number.POSITIVE_INFINITY, start + guessedWordSeconds);
}

function wordAt({ text, confidence }: RoughWord, startSeconds: number, endSeconds: number): TimedWord {
  return { text, startSeconds, endSeconds, ...(typeof confidence === "number" && { confidence }) };
}

function timeOf(seconds: number | null | undefined): number | undefined {
  return typeof seconds === "number" && Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
