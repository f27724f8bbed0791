/** Whether a request is let through, and what is left. */
export interface RateVerdict {
  readonly isAdmitted: boolean;
  /** Requests each minute. */
  readonly limit: number;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Until the next request may follow, when none may now; else until all may. */
  readonly waitSeconds: number;
}

/** Counts requests, in this process only: several processes behind one address let through as many times more. */
export interface RateLimiter {
  /** @param name whose bucket; `requestsPerMinute` may differ from one call to the next. */
  take(name: string, requestsPerMinute: number): RateVerdict;
}

/** Full buckets are forgotten when there are so many; each takes about 100 bytes. */
const maxBuckets = 10_000;

interface Bucket {
  level: number;
  readAt: number;
  capacity: number;
}

/**
 * Token buckets that hold a minute's requests and fill steadily: a client that was quiet may burst, and nobody waits for the
 * turn of a minute.
 * @param nowMs a clock that does not jump.
 */
export function createRateLimiter(nowMs: () => number = () => performance.now()): RateLimiter {
  const buckets = new Map<string, Bucket>();

  function refill(bucket: Bucket, now: number, capacity: number): void {
    const gained = ((now - bucket.readAt) * capacity) / 60_000;
    bucket.level = Math.min(capacity, bucket.level + gained);
    bucket.readAt = now;
    bucket.capacity = capacity;
  }

  function forgetFull(now: number): void {
    for (const [name, bucket] of buckets) {
      refill(bucket, now, bucket.capacity);
      if (bucket.level >= bucket.capacity) buckets.delete(name);
    }
    // Still too many: a flood of names. The oldest go, and may begin anew.
    for (const name of buckets.keys()) {
      if (buckets.size < maxBuckets) return;
      buckets.delete(name);
    }
  }

  return {
    take(name, limit) {
      const now = nowMs();
      const known = buckets.get(name);
      if (known === undefined && buckets.size >= maxBuckets) forgetFull(now);
      const bucket = known ?? { level: limit, readAt: now, capacity: limit };
      buckets.set(name, bucket);
      refill(bucket, now, limit);
      const isAdmitted = bucket.level >= 1;
      if (isAdmitted) bucket.level -= 1;
      const missing = bucket.level < 1 ? 1 - bucket.level : limit - bucket.level;
      return {
        isAdmitted,
        limit,
        remaining: Math.floor(bucket.level),
        waitSeconds: Math.max(1, Math.ceil((missing * 60) / limit)),
      };
    },
  };
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-10, and RFC 9110's `Retry-After` where a request was turned away. */
export function rateHeaders({
  isAdmitted,
  limit,
  remaining,
  waitSeconds,
}: RateVerdict): Readonly<Record<string, string>> {
  return {
    "ratelimit-policy": `"minute";q=${limit};w=60`,
    ratelimit: `"minute";r=${remaining};t=${waitSeconds}`,
    ...(!isAdmitted && { "retry-after": String(waitSeconds) }),
  };
}
