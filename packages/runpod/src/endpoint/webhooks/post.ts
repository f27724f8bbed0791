import { type AddressPolicy, GuardedFetchError, type Limits, request } from "@understudy/guarded-fetch";
import { retryAfterMs } from "#http/retry-after.js";

/** One attempt at a webhook. */
export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What came of an attempt: the receiver's status and how long it asks to be left alone, or the code of the failure. */
export type PostOutcome =
  | { readonly status: number; /** An hour at most. */ readonly retryAfterMs?: number }
  | { readonly failure: string; readonly isFinal: boolean };

/** Sends one attempt. Rejects only when its signal was aborted. */
export type Post = (post: WebhookPost) => Promise<PostOutcome>;

/** Receivers answer with a status; what they write below it is read so far, and not kept. */
const defaultLimits: Limits = { maxBytes: 65_536, connectMs: 5_000, idleMs: 10_000, totalMs: 15_000 };

const maxRetryAfterMs = 3_600_000;

/**
 * Posts through guarded-fetch: public addresses only, and those that the policy names. A redirect is a status like any other. An
 * answer that is too long, or ends early, counts by the status that it began with; one that is not over in time does not count.
 * @param limits default 15 s in all, and 64 KiB of answer.
 */
export function guardedPost(policy: AddressPolicy, limits: Partial<Limits> = {}): Post {
  return async ({ url, headers, body, signal }) => {
    try {
      const options = {
        method: "POST",
        headers,
        body,
        signal,
        policy,
        limits: { ...defaultLimits, ...limits },
      } as const;
      const answer = await request(url, options);
      const pauseMs = retryAfterMs(answer.headers["retry-after"], maxRetryAfterMs);
      return { status: answer.status, ...(pauseMs !== undefined && { retryAfterMs: pauseMs }) };
    } catch (error) {
      if (!(error instanceof GuardedFetchError)) throw error;
      if (error.status !== undefined) return { status: error.status };
      return { failure: error.code, isFinal: !error.retryable };
    }
  };
}
