import type { IncomingHttpHeaders } from "node:http";
import { RunPodClientError } from "./errors.js";
import { isFinished, readView, type FinishedJob } from "./job-view.js";
import { parseObject } from "./json.js";
import { verifyWebhook } from "./verify-webhook.js";

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
  const { secret, headers = {}, now } = options;
  if (secret !== undefined) verifyWebhook(bytes, { secret, headers, now });
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

function bad(message: string): RunPodClientError {
  return new RunPodClientError("bad-webhook", message);
}
