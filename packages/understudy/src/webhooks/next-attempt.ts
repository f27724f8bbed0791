/** A message is tried for so long, in milliseconds. */
export const giveUpAfterMs = 24 * 3_600_000;

/** Pauses after the first, second, ... failed attempt, in seconds; the last one repeats. */
const pausesSeconds = [5, 30, 120, 600, 3_600, 10_800, 21_600] as const;

/** So much of a pause is added at random: what failed together does not come back together. */
const jitter = 0.2;

/** What the time of the next attempt depends on. */
export interface FailedAttempt {
  readonly giveUpAt: Date;
  readonly now: Date;
  /** What the receiver asked for. */
  readonly retryAfterMs?: number;
  /** From 0 up to 1. */
  readonly random: number;
}

/**
 * When a message is tried again. The pause goes by how long it was tried already, so that a resend begins anew. The last attempt
 * comes when the time is up, and undefined after that one.
 */
export function nextAttemptAt({ giveUpAt, now, retryAfterMs = 0, random }: FailedAttempt): Date | undefined {
  const leftMs = giveUpAt.getTime() - now.getTime();
  if (leftMs <= 0) return undefined;
  const pauseMs = pauseSeconds((giveUpAfterMs - leftMs) / 1_000) * 1_000 * (1 + jitter * random);
  return new Date(now.getTime() + Math.min(leftMs, Math.max(pauseMs, retryAfterMs)));
}

function pauseSeconds(triedSeconds: number): number {
  let endSeconds = 0;
  for (const pause of pausesSeconds) {
    endSeconds += pause;
    if (triedSeconds < endSeconds) return pause;
  }
  return pausesSeconds.at(-1)!;
}
