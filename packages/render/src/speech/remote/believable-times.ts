import { tokenTimes } from "#speech/flite/token-times.js";
import type { SpokenToken } from "#speech/text/spoken-token.js";
import type { TokenTime } from "#speech/voice-engine.js";
import type { ClaimedWord } from "./speak-answer.js";

/** Share of the spoken tokens whose times must be of use: of an engine that missed more nothing is believed. */
const leastShare = 0.9;

/**
 * Times of all tokens from what an engine says of them: in order, inside the sound, none overlapping another. Two that overlap meet
 * in the middle; a token without a time of use has the time between its neighbours.
 * @param totalSeconds end of the sound.
 * @returns undefined when fewer than nine in ten spoken tokens have a time of use.
 */
export function believableTimes(
  claimed: readonly ClaimedWord[],
  tokens: readonly Pick<SpokenToken, "display" | "spoken">[],
  totalSeconds: number,
): TokenTime[] | undefined {
  const times = inOrder(claimed.flatMap((word) => timeOf(word, tokens, totalSeconds) ?? []));
  const spokenCount = tokens.filter(({ spoken }) => spoken.length > 0).length;
  if (times.length < leastShare * spokenCount) return undefined;
  return tokenTimes(times, tokens.length, totalSeconds);
}

/** Of a token that is spoken, and that the engine read as it is written. */
function timeOf(
  { tokenIndex, text, startSeconds, endSeconds }: ClaimedWord,
  tokens: readonly Pick<SpokenToken, "display" | "spoken">[],
  totalSeconds: number,
): TokenTime | undefined {
  const token = tokens[tokenIndex];
  if (token === undefined || token.spoken.length === 0 || token.display !== text) return undefined;
  const end = Math.min(endSeconds, totalSeconds);
  return end > startSeconds ? { tokenIndex, startSeconds, endSeconds: end } : undefined;
}

/** Leaves out what comes twice, or begins before the token in front of it. */
function inOrder(times: readonly TokenTime[]): TokenTime[] {
  const ordered: TokenTime[] = [];
  for (const time of times.toSorted((a, b) => a.tokenIndex - b.tokenIndex)) {
    const last = ordered.at(-1);
    if (last === undefined || time.startSeconds >= last.endSeconds) {
      ordered.push(time);
    } else if (time.tokenIndex > last.tokenIndex && time.startSeconds > last.startSeconds) {
      const middle = (Math.min(last.endSeconds, time.endSeconds) + time.startSeconds) / 2;
      ordered[ordered.length - 1] = { ...last, endSeconds: middle };
      ordered.push({ ...time, startSeconds: middle });
    }
  }
  return ordered;
}
