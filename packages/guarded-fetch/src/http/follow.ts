import type { IncomingMessage } from "node:http";
import { GuardedFetchError } from "#errors.js";
import { checkLocation, hostOf, originOf, type GuardedUrl } from "#url.js";
import { exchange } from "./exchange.js";
import type { Guards } from "./guards.js";
import type { Headers } from "./headers.js";

/** A message that may be passed on by redirects. */
export interface Message {
  readonly url: GuardedUrl;
  readonly method: string;
  /** Meant for the origin of `url` alone. */
  readonly callerHeaders: Headers;
  /** Sent on every hop. */
  readonly ownHeaders: Headers;
  readonly body?: string | Uint8Array | undefined;
}

/** The last answer of a chain; `response.body` is still to be read or destroyed. */
export interface Answer {
  readonly url: GuardedUrl;
  readonly host: string;
  readonly status: number;
  readonly response: IncomingMessage;
}

/** The Fetch standard allows 20; honest links need one or two. */
const maxRedirects = 5;

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a message and follows redirects of a GET; each hop is checked like the first. Another method's redirect is an
 * answer like any other: a body is never carried to a place that its sender did not name.
 */
export async function follow(message: Message, guards: Guards): Promise<Answer> {
  let { url, callerHeaders } = message;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const headers = { ...defaultHeaders, ...callerHeaders, ...message.ownHeaders };
    const response = await exchange({ url, method: message.method, headers, body: message.body }, guards);
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    const isRedirect = message.method === "GET" && redirecting.has(status) && location !== undefined;
    if (!isRedirect) return { url, host: hostOf(url), status, response };
    response.destroy();
    const next = nextUrl(url, location, guards.allowDowngrade);
    if (originOf(next) !== originOf(url)) callerHeaders = {};
    url = next;
  }
  throw new GuardedFetchError(
    "too-many-redirects",
    `${hostOf(message.url)} redirects more than ${maxRedirects} times.`,
  );
}

/** Some servers, Wikimedia's for one, answer 403 to a message without a user agent. */
const defaultHeaders: Headers = { accept: "*/*", "user-agent": "guarded-fetch" };

function nextUrl(from: GuardedUrl, location: string, allowDowngrade: boolean): GuardedUrl {
  const next = checkLocation(location, from);
  if (from.startsWith("https:") && next.startsWith("http:") && !allowDowngrade) {
    throw new GuardedFetchError("redirect-refused", `${hostOf(from)} redirects from https to http.`);
  }
  return next;
}
