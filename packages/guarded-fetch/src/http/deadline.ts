/** A span of time that ends by itself, or earlier when the caller's signal says so. */
export interface Deadline {
  /** Aborted with `expired()` or with the reason of the caller's signal. */
  readonly signal: AbortSignal;
  /** Milliseconds left, 0 when over. */
  remainingMs(): number;
  /** Stops the clock and lets go of the caller's signal. */
  close(): void;
}

/** Starts the clock. By hand, as `AbortSignal.any` keeps what listens to a long-lived signal alive in Node 20. */
export function openDeadline(totalMs: number, caller: AbortSignal | undefined, expired: () => Error): Deadline {
  const controller = new AbortController();
  const endsAt = performance.now() + totalMs;
  const cancel = (): void => controller.abort(caller?.reason);
  const timer = setTimeout(() => controller.abort(expired()), totalMs);
  if (caller?.aborted === true) cancel();
  caller?.addEventListener("abort", cancel, { once: true });
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, endsAt - performance.now()),
    close() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", cancel);
    },
  };
}

/** Waits for work that cannot be stopped, but no longer than `timeoutMs` and not after the signal; the work is left to itself. */
export async function waitFor<T>(
  work: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal,
  expired: () => Error,
): Promise<T> {
  const patience = openDeadline(timeoutMs, signal, expired);
  const over = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(patience.signal.reason as Error);
    if (patience.signal.aborted) stop();
    patience.signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    patience.close();
  }
}
