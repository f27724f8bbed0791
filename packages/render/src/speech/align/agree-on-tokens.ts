import type { AlignedToken, VoiceRun } from "./align-words.js";

/** Voices this far apart are right half of the time. */
const halfSpreadSeconds = 0.15;

/** What the frames of a word differ from the voice when it is right half of the time, and over how much that turns. */
const [halfCost, costSlope] = [1.2, 0.1];

/**
 * Times of the tokens that are spoken: for each end the median of what the voices found. Tokens follow each other; where two
 * would overlap they meet in the middle.
 *
 * Voices that agree are mostly right, and where the speech is unlike the voice something else is said: so much is known of
 * the confidence.
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
    const spread = Math.max(...starts) - Math.min(...starts);
    const confidence =
      1 / (1 + (spread / halfSpreadSeconds) ** 2) / (1 + Math.exp((found[0]!.cost - halfCost) / costSlope));
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
