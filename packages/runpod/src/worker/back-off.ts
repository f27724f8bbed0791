import type { Pace } from "./seams.js";

/**
 * Milliseconds to wait before the next attempt: exponential with full jitter, so that workers that failed together do not
 * come back together.
 * @param failures in a row, 1 or more.
 */
export function backOffMs(
  failures: number,
  pace: Pace,
  maxMs = pace.backOffMaxMs,
  firstMs = pace.backOffFirstMs,
): number {
  // 2 ** 1024 is Infinity, and Infinity * 0 is NaN.
  return pace.random() * Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
}

/** Waits; returns at once when the signal is aborted, and never rejects. */
export function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, durationMs);
    signal.addEventListener("abort", wake);
  });
}

/** Resolves when the signal is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
