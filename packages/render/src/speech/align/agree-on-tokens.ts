import type { AlignedToken, VoiceRun } from "./align-words.js";

/** Voices this far apart agree by half. */
const halfSpreadSeconds = 0.1;

/**
 * Log odds that a start is right to 50 ms: of any word, for voices that agree, and for each unit that the word's frames differ
 * from the voice. Logistic regression over 496 words; docs/speech.md says how it did on 793 others.
 */
const [baseOdds, agreementOdds, costOdds] = [3.1, 0.9, -2.5];

/**
 * Times of the tokens that are spoken: for each end the median of what the voices found. Tokens follow each other; where two
 * would overlap they meet in the middle.
 *
 * Voices that agree are mostly right, and where the speech is unlike the voice something else is said: the confidence is made
 * of both.
 * @param runs the voice that fits best first.
 */
export function agreeOnTokens(runs: readonly VoiceRun[], tokenCount: number): AlignedToken[] {
  const byVoice = runs.map((run) => mergeWords(run, tokenCount));
  const agreed: Changing<AlignedToken>[] = [];
  for (let tokenIndex = 0; tokenIndex < tokenCount; tokenIndex++) {
    const found = byVoice.flatMap((tokens) => tokens[tokenIndex] ?? []);
    if (found.length === 0) continue;
    const starts = found.map(({ startSeconds }) => startSeconds);
    const startSeconds = median(starts);
    const endSeconds = Math.max(startSeconds, median(found.map((each) => each.endSeconds)));
    const agreement = 1 / (1 + ((Math.max(...starts) - Math.min(...starts)) / halfSpreadSeconds) ** 2);
    const odds = baseOdds + agreementOdds * agreement + costOdds * found[0]!.cost;
    const confidence = 1 / (1 + Math.exp(-odds));
    const last = agreed.at(-1);
    const token = { tokenIndex, startSeconds, endSeconds, confidence };
    if (last !== undefined && last.endSeconds > startSeconds) {
      const middle = Math.max(last.startSeconds, (last.endSeconds + startSeconds) / 2);
      last.endSeconds = middle;
      token.startSeconds = middle;
      token.endSeconds = Math.max(middle, endSeconds);
    }
    agreed.push(token);
  }
  return agreed;
}

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

interface FoundToken {
  readonly startSeconds: number;
  endSeconds: number;
  /** Of its first word. */
  readonly cost: number;
}

/** Words of one token become one stretch of time. */
function mergeWords({ words }: VoiceRun, tokenCount: number): (FoundToken | undefined)[] {
  const tokens: (FoundToken | undefined)[] = Array.from({ length: tokenCount });
  for (const { tokenIndex, startSeconds, endSeconds, cost } of words) {
    const token = tokens[tokenIndex];
    if (token === undefined) tokens[tokenIndex] = { startSeconds, endSeconds, cost };
    else token.endSeconds = endSeconds;
  }
  return tokens;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
