import type { RateLimit } from "./endpoint.js";

/** What a request is told: it may go on, and must say when it has ended; or come back later. */
export type Admission =
  | { readonly isAdmitted: true; readonly leave: () => void }
  | { readonly isAdmitted: false; readonly retryAfterSeconds: number };

/** Counts the requests of each operation and key. */
export interface RateLimiter {
  admit(operation: string, keyIndex: number): Admission;
}

interface Bucket {
  tokens: number;
  filledAt: number;
  inside: number;
}

/** Token buckets: `requests` at once, and `requests / windowMs` from then on. Operations without a limit always go on. */
export function createRateLimiter(limits: Readonly<Record<string, RateLimit>>, now: () => number): RateLimiter {
  const buckets = new Map<string, Bucket>();
  return {
    admit(operation, keyIndex) {
      const limit = Object.hasOwn(limits, operation) ? limits[operation] : undefined;
      if (limit === undefined) return { isAdmitted: true, leave: () => {} };
      const name = `${operation} ${keyIndex}`;
      const bucket = buckets.get(name) ?? { tokens: limit.requests, filledAt: now(), inside: 0 };
      buckets.set(name, bucket);
      refill(bucket, limit, now());
      if (bucket.inside >= limit.concurrent) return { isAdmitted: false, retryAfterSeconds: 1 };
      if (bucket.tokens < 1) {
        const missingMs = ((1 - bucket.tokens) * limit.windowMs) / limit.requests;
        return { isAdmitted: false, retryAfterSeconds: Math.max(1, Math.ceil(missingMs / 1_000)) };
      }
      bucket.tokens--;
      bucket.inside++;
      return { isAdmitted: true, leave: () => bucket.inside-- };
    },
  };
}

function refill(bucket: Bucket, limit: RateLimit, now: number): void {
  const earned = ((now - bucket.filledAt) * limit.requests) / limit.windowMs;
  bucket.tokens = Math.min(limit.requests, bucket.tokens + Math.max(0, earned));
  bucket.filledAt = now;
}
