import type { TokenTime } from "#speech/voice-engine.js";

/** A stretch of time that belongs to a token. */
interface TokenPart {
  readonly tokenIndex: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * Times of all tokens from the times of their parts. A token that is not heard has the time between its neighbours, which it
 * shares evenly with others beside it.
 * @param parts in order; a token may have several, or none.
 * @param tokenCount all tokens.
 * @param totalSeconds end of the sound.
 */
export function tokenTimes(parts: readonly TokenPart[], tokenCount: number, totalSeconds: number): TokenTime[] {
  const heard = new Map<number, { startSeconds: number; endSeconds: number }>();
  for (const { tokenIndex, startSeconds, endSeconds } of parts) {
    const time = heard.get(tokenIndex);
    if (time === undefined) heard.set(tokenIndex, { startSeconds, endSeconds });
    else time.endSeconds = endSeconds;
  }
  const times: TokenTime[] = [];
  for (let index = 0; index < tokenCount; index++) {
    const time = heard.get(index);
    if (time !== undefined) {
      times.push({ tokenIndex: index, ...time });
      continue;
    }
    let next = index + 1;
    while (next < tokenCount && !heard.has(next)) next++;
    const startSeconds = times.at(-1)?.endSeconds ?? 0;
    const untilSeconds = heard.get(next)?.startSeconds ?? totalSeconds;
    const endSeconds = startSeconds + Math.max(0, untilSeconds - startSeconds) / (next - index);
    times.push({ tokenIndex: index, startSeconds, endSeconds });
  }
  return times;
}
