import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { webhookHeaderNames, webhookSignature } from "#http/webhook-signature.js";
import { RunPodClientError } from "./errors.js";
import { isFinished, readView, type FinishedJob } from "./job-view.js";
import { parseObject } from "./json.js";

/** How to read a webhook. */
export interface WebhookOptions {
  /** Secret of the endpoint, `whsec_` and base64; when given, an unsigned or wrongly signed webhook is refused. */
  readonly secret?: string | undefined;
  /** Headers of the request; needed with `secret`. */
  readonly headers?: Headers | IncomingHttpHeaders | undefined;
  /** Longest body in bytes; default 25 000 000. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds since 1970; default the time of day. */
  readonly now?: (() => number) | undefined;
}

/** A job that has ended, as its webhook tells it. */
export type WebhookJob<Output = unknown> = FinishedJob<Output> & {
  readonly input: unknown;
  readonly webhook: string;
};

/** How far a signed webhook's time may be from ours, in milliseconds (Standard Webhooks). */
const webhookToleranceMs = 5 * 60_000;

/**
 * Reads what a webhook was sent: the body's bytes as they came, not parsed and written again. A delivery may come more than
 * once, so act once per job id. The hosted service signs nothing: whatever it says without a `secret` is to be believed only
 * after a look at `client.job(id).status()`.
 * @throws RunPodClientError `bad-webhook`, `webhook-unverified`.
 */
export function parseWebhook(body: string | Uint8Array, options: WebhookOptions = {}): WebhookJob {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const maxBytes = options.maxBytes ?? 25_000_000;
  if (bytes.byteLength > maxBytes) throw bad(`The body has ${bytes.byteLength} bytes; ${maxBytes} are allowed.`);
  if (options.secret !== undefined) verify(bytes, options.secret, options.headers ?? {}, options.now ?? Date.now);
  const job = readJob(bytes);
  if (job === undefined) throw bad("The body is not that of a finished job.");
  return job;
}

function readJob(bytes: Uint8Array): WebhookJob | undefined {
  const json = parseObject(new TextDecoder().decode(bytes));
  if (json === undefined || typeof json["webhook"] !== "string") return undefined;
  try {
    const view = readView(json);
    return isFinished(view) ? { ...view, input: json["input"], webhook: json["webhook"] } : undefined;
  } catch {
    return undefined;
  }
}

function verify(body: Uint8Array, secret: string, headers: Headers | IncomingHttpHeaders, now: () => number): void {
  const id = headerOf(headers, webhookHeaderNames.id);
  const seconds = headerOf(headers, webhookHeaderNames.timestamp);
  const signatures = headerOf(headers, webhookHeaderNames.signature);
  if (id === "" || signatures === "" || !/^\d{1,12}$/.test(seconds)) throw unverified("The webhook is not signed.");
  if (Math.abs(now() - Number(seconds) * 1_000) > webhookToleranceMs) {
    throw unverified("The webhook's time is more than 5 minutes from ours.");
  }
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  if (key.length === 0) throw new RunPodClientError("bad-options", "The webhook secret is empty.");
  const expected = webhookSignature(key, { id, seconds, body });
  const isSigned = signatures.split(" ").some((signature) => {
    const [version, base64 = ""] = signature.split(",");
    const given = Buffer.from(base64, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw unverified("The webhook's signature does not fit.");
}

function headerOf(headers: Headers | IncomingHttpHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : "";
}

function bad(message: string): RunPodClientError {
  return new RunPodClientError("bad-webhook", message);
}

function unverified(message: string): RunPodClientError {
  return new RunPodClientError("webhook-unverified", message);
}
