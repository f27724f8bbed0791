import type { IncomingHttpHeaders } from "node:http";
import { boundedBody } from "#http/body.js";
import { follow } from "#http/follow.js";
import { withGuards, type GuardOptions } from "#http/guards.js";
import { checkHeaders } from "#http/headers.js";
import { requestLimits } from "#limits.js";
import { checkUrl, type GuardedUrl } from "#url.js";

/** What `request` accepts. */
export interface RequestOptions extends GuardOptions {
  /** Default `GET`. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: string | Uint8Array;
}

/** A whole answer. */
export interface RequestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As sent: whatever `content-encoding` says, nothing is decompressed. */
  readonly body: Buffer;
  /** Where the answer came from, after redirects. */
  readonly url: GuardedUrl;
}

/**
 * Sends one message and reads its small answer: webhooks and the like. Any status is an answer, also 404 or 503, and so is a
 * redirect of anything but a GET. Never retries; an error with a `status` came after the server had begun to answer.
 * @param url checked again here, also when it is a `GuardedUrl` already.
 * @throws GuardedFetchError any code but `status`, `wrong-type`, `unasked-encoding`, `disk-full`, `write-failed`.
 */
export async function request(url: string, options: RequestOptions = {}): Promise<RequestAnswer> {
  const start = checkUrl(url);
  const callerHeaders = checkHeaders(options.headers);
  return withGuards(start, options, requestLimits, async (guards) => {
    const message = { url: start, method: options.method ?? "GET", callerHeaders, ownHeaders, body: options.body };
    const answer = await follow(message, guards);
    const chunks: Buffer[] = [];
    for await (const chunk of boundedBody(answer, guards.limits.maxBytes)) chunks.push(chunk);
    return { status: answer.status, headers: answer.response.headers, body: Buffer.concat(chunks), url: answer.url };
  });
}

const ownHeaders = { "accept-encoding": "identity" };
