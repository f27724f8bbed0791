import { type AddressPolicy, GuardedFetchError, request } from "@understudy/guarded-fetch";

/** One attempt at a webhook. */
export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** What came of an attempt: the receiver's status, or the code of the failure. */
export type PostOutcome = { readonly status: number } | { readonly failure: string; readonly isFinal: boolean };

/** Sends one attempt. Rejects only when its signal was aborted. */
export type Post = (post: WebhookPost) => Promise<PostOutcome>;

/** Receivers answer with a status; what they write below it is read so far, and not kept. */
const limits = { maxBytes: 65_536, connectMs: 5_000, idleMs: 10_000, totalMs: 15_000 };

/** Posts through guarded-fetch: public addresses only, and those that the policy names. */
export function guardedPost(policy: AddressPolicy): Post {
  return async ({ url, headers, body, signal }) => {
    try {
      const { status } = await request(url, { method: "POST", headers, body, signal, policy, limits });
      return { status };
    } catch (error) {
      if (!(error instanceof GuardedFetchError)) throw error;
      if (error.status !== undefined) return { status: error.status };
      return { failure: error.code, isFinal: !error.retryable };
    }
  };
}
