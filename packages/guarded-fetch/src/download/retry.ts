import type { GuardedFetchError } from "#errors.js";
import type { DownloadLimits } from "#limits.js";

/**
 * Milliseconds to wait before the next attempt, or `undefined` to give up: doubling from `firstPauseMs`, half of it at random
 * so that many clients do not come back together, and never less than the server's Retry-After. A server that asks for more
 * than `maxPauseMs` is not asked again.
 * @param failed attempts so far, at least 1.
 * @param random from 0 up to 1.
 */
export function pauseBeforeRetry(
  error: GuardedFetchError,
  failed: number,
  limits: Pick<DownloadLimits, "attempts" | "firstPauseMs" | "maxPauseMs">,
  random: number,
): number | undefined {
  if (!error.retryable || failed >= limits.attempts) return undefined;
  const ceiling = Math.min(limits.maxPauseMs, limits.firstPauseMs * 2 ** (failed - 1));
  const pause = Math.max(ceiling * (0.5 + random / 2), error.retryAfterMs ?? 0);
  return pause <= limits.maxPauseMs ? pause : undefined;
}

/** Reads a Retry-After, seconds or an HTTP date (RFC 9110 10.2.3); `undefined` for anything else. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
