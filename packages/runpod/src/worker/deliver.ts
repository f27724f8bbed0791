import { requestIdHeader, resultContentType } from "#protocol.js";
import { backOffMs, sleep } from "./back-off.js";
import type { Pace } from "./seams.js";
import { inWords, type Sender, type Sent } from "./send.js";

/** A body that is offered until it is taken. */
export interface Parcel {
  readonly jobId: string;
  readonly url: string;
  readonly body: string;
  /** From the first attempt until the last. */
  readonly deadlineMs: number;
  /** Ends the waiting between two attempts. */
  readonly giveUp: AbortSignal;
}

/** What became of a parcel. */
export type Delivery =
  | { readonly kind: "delivered" }
  /** The endpoint will never take it. */
  | { readonly kind: "refused"; readonly status: number }
  /** The endpoint did not take it in time. */
  | { readonly kind: "undelivered"; readonly why: string };

/** Offers a result, or one streamed value, again and again: the SDK tries once, or three times within five seconds. */
export async function deliver(parcel: Parcel, sender: Sender, pace: Pace): Promise<Delivery> {
  const endMs = performance.now() + parcel.deadlineMs;
  for (let failures = 1; ; failures++) {
    const sent = await post(parcel, sender, pace.resultTimeoutMs);
    if (isAccepted(sent)) return { kind: "delivered" };
    if (sent.kind === "reply" && isFinal(sent.status)) return { kind: "refused", status: sent.status };
    const askedMs = sent.kind === "reply" ? (sent.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(askedMs, backOffMs(failures, pace));
    if (performance.now() + waitMs > endMs) return { kind: "undelivered", why: inWords(sent) };
    await sleep(waitMs, parcel.giveUp);
    if (parcel.giveUp.aborted) return { kind: "undelivered", why: inWords(sent) };
  }
}

/** 100 kB/s: a body of 10 MB has 100 s more than an empty one. */
const slowestBytesPerMs = 100;

/** Sends once, in the form that the SDK sends: JSON text with the content type of a form. */
export function post(parcel: Omit<Parcel, "deadlineMs" | "giveUp">, sender: Sender, timeoutMs: number): Promise<Sent> {
  const headers = { "content-type": resultContentType, [requestIdHeader]: parcel.jobId };
  const { url, body } = parcel;
  return sender.send({ method: "POST", url, headers, body, timeoutMs: timeoutMs + body.length / slowestBytesPerMs });
}

/** Whether the endpoint has it. */
export function isAccepted(sent: Sent): boolean {
  return sent.kind === "reply" && sent.status >= 200 && sent.status < 300;
}

/**
 * A key that is being replaced (401, 403) may be accepted later; so may what came too early or too often. A redirect is no
 * answer of an endpoint: something stands before it.
 */
export function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status);
}

/** Why an endpoint refuses a result for good, as far as its status tells. */
export function refusalInWords(status: number): string {
  switch (status) {
    case 400:
      return "status 400: the endpoint cannot read it, or it is too large";
    case 404:
      return "status 404: the endpoint does not know the job";
    case 410:
      return "status 410: the job is over";
    case 413:
      return "status 413: it is too large";
    default:
      return `status ${status}`;
  }
}
