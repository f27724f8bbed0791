/** Cuts a wait short: somebody saw that what is waited for is back. */
export interface Nudge {
  give(): void;
  /** Aborted by the next nudge, by one that came since the last call, and at the end. */
  next(): AbortSignal;
}

/** Makes a nudge that works until `ended` is aborted. */
export function createNudge(ended: AbortSignal): Nudge {
  let controller = new AbortController();
  let isGiven = false;
  ended.addEventListener("abort", () => controller.abort(), { once: true });
  return {
    give() {
      isGiven = true;
      controller.abort();
    },
    next() {
      controller = new AbortController();
      if (isGiven || ended.aborted) controller.abort();
      isGiven = false;
      return controller.signal;
    },
  };
}
