/** Counts requests of one kind, such as those to each base. */
export interface RateLimit {
  /** Whether a request passes. One that does not begins the penalty, or begins it again. */
  admit(key: string): boolean;
  /** Lets nothing pass for so long. */
  close(key: string, milliseconds: number): void;
}

/** What a limit is. */
export interface RateLimitOptions {
  now(): number;
  readonly requestsPerSecond: number;
  /** How long nothing passes after one request too many. */
  readonly penaltyMs: number;
}

/**
 * So many requests in any 1,000 ms, and a penalty of silence after one too many.
 * Source: https://airtable.com/developers/web/api/rate-limits ("you will need to wait 30 seconds before subsequent requests
 * will succeed"). That a request within the penalty begins it again is the stricter way to read it.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const passed = new Map<string, readonly number[]>();
  const penalties = new Map<string, number>();
  const storms = new Map<string, number>();
  return {
    admit(key) {
      const at = options.now();
      if (at < (storms.get(key) ?? 0)) {
        return false;
      }
      const recent = (passed.get(key) ?? []).filter((time) => time > at - 1_000);
      if (at < (penalties.get(key) ?? 0) || recent.length >= options.requestsPerSecond) {
        penalties.set(key, at + options.penaltyMs);
        return false;
      }
      passed.set(key, [...recent, at]);
      return true;
    },
    close(key, milliseconds) {
      storms.set(key, options.now() + milliseconds);
    },
  };
}
