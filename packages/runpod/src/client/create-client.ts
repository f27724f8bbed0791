import { randomUUID } from "node:crypto";
import { send, type Send } from "#http/send.js";
import {
  hostedLimits,
  idempotencyHeader,
  idPattern,
  jobOperations,
  type HealthReply,
  type JobPolicy,
  type JobRequest,
  type PurgeReply,
} from "#protocol.js";
import { ask } from "./ask.js";
import { systemClock, type Clock } from "./clock.js";
import { RunPodClientError } from "./errors.js";
import { readHealth, readPurge } from "./endpoint-replies.js";
import { jobHandle, type CallOptions, type JobHandle } from "./job-handle.js";
import { boundedWaitMs, type JobLink } from "./job-link.js";
import { isFinished, readReply, readView, typedView, type FinishedJob, type Schema } from "./job-view.js";
import type { Link, Question } from "./link.js";
import { readTarget, type TargetOptions } from "./target.js";
import { waitForEnd, type WaitOptions } from "./wait-for-end.js";

/** How a client works. Everything but `endpoint` has a default. */
export interface ClientOptions<Output = unknown, Chunk = unknown> extends TargetOptions {
  /** Checks every output; without it, the type is taken at its word. */
  readonly output?: Schema<Output>;
  /** Checks every streamed chunk. */
  readonly chunk?: Schema<Chunk>;
  /**
   * When a submission is sent a second time. `never`: only when the endpoint surely did not take the first, because no
   * connection was made or it answered 429 or 503. `with-key`: also after a lost answer, for endpoints that honour the
   * idempotency key; the hosted service does not and would run, and bill, a second job. Default `never`.
   */
  readonly resubmit?: "never" | "with-key";
  /** How long a call keeps trying, in milliseconds; default 60 000. `wait` and `stream` keep trying without end. */
  readonly patienceMs?: number;
  /** Milliseconds that one poll of `wait` and `stream` is held, 1 000 to 300 000; default 25 000, less than proxies allow. */
  readonly longPollMs?: number;
  /** Longest answer in bytes; default 25 000 000. */
  readonly maxAnswerBytes?: number;
  /** Longest submission in bytes; default the hosted limits, 10 000 000 for `run` and 20 000 000 for `runSync`. */
  readonly maxRequestBytes?: number;
  /** Told of every failure after which a request is repeated. */
  readonly onRetry?: (error: RunPodClientError) => void;
  /** Stand-in for the network. */
  readonly send?: Send;
  /** Stand-in for time and chance. */
  readonly clock?: Clock;
}

/** What goes with a submission. */
export interface RunOptions {
  /** Is sent a `WebhookBody` when the job has ended; `parseWebhook` reads it. */
  readonly webhook?: string | undefined;
  readonly policy?: JobPolicy | undefined;
  /** Handed to the worker as it is. */
  readonly s3Config?: Readonly<Record<string, unknown>> | undefined;
  /** The same value within a day gives the same job, where the endpoint honours it; default a new UUID. */
  readonly idempotencyKey?: string | undefined;
  /** Ends the call. While the submission is under way, nobody knows whether the job was taken. */
  readonly signal?: AbortSignal | undefined;
}

/** How `runSync` submits and waits. */
export interface RunSyncOptions extends RunOptions, WaitOptions {
  /** Milliseconds to wait for the job in the submission itself, 1 000 to 300 000; default 10 000. */
  readonly submitWaitMs?: number | undefined;
}

/** A client of one endpoint. Every rejection is a `RunPodClientError`. */
export interface Client<Input = unknown, Output = unknown, Chunk = unknown> {
  /** Submits a job and gives its handle as soon as the endpoint has it. */
  run(input: Input, options?: RunOptions): Promise<JobHandle<Output, Chunk>>;
  /**
   * Submits a job and waits for its end, however it ends. Whatever fails after the endpoint named the id carries it as `jobId`.
   * The hosted service keeps the result for one minute only, against 30 after `run`.
   */
  runSync(input: Input, options?: RunSyncOptions): Promise<FinishedJob<Output>>;
  /** The handle of a job that was submitted before, by anybody; asks nothing. */
  job(id: string): JobHandle<Output, Chunk>;
  /** Drops the jobs that wait in the queue. */
  purgeQueue(options?: CallOptions): Promise<PurgeReply>;
  health(options?: CallOptions): Promise<HealthReply>;
}

/**
 * A client of one endpoint, hosted or one's own.
 * @throws RunPodClientError `bad-options`, `insecure-url`.
 */
export function createClient<Input = unknown, Output = unknown, Chunk = unknown>(
  options: ClientOptions<Output, Chunk>,
): Client<Input, Output, Chunk> {
  const link: Link = {
    target: readTarget(options),
    send: options.send ?? send,
    clock: options.clock ?? systemClock,
    patienceMs: options.patienceMs ?? 60_000,
    longPollMs: options.longPollMs ?? 25_000,
    maxAnswerBytes: options.maxAnswerBytes ?? 25_000_000,
    onRetry: options.onRetry ?? (() => {}),
    memory: { hasStatusSync: true },
  };
  const jobLink = (id: string, isKnown: boolean): JobLink<Output, Chunk> => {
    if (!idPattern.test(id)) throw new RunPodClientError("bad-options", "This is not the id of a job.");
    return { link, id, output: options.output, chunk: options.chunk, memory: { isKnown } };
  };
  const submit = (input: Input, run: RunOptions, maxBytes: number, how: Pick<Question, "operation" | "waitMs">) =>
    ask(link, {
      ...how,
      method: "POST",
      body: requestText(input, run, options.maxRequestBytes ?? maxBytes),
      headers: { [idempotencyHeader]: idempotencyKey(run) },
      repeat: options.resubmit === "with-key" ? "always" : "unless-accepted",
      signal: run.signal,
    });
  return {
    run: async (input, run = {}) => {
      const json = await submit(input, run, hostedLimits.runBodyBytes, { operation: jobOperations.run });
      return jobHandle(jobLink(readReply(json).id, true));
    },
    runSync: async (input, run = {}) => {
      const startedAt = link.clock.now();
      const waitMs = boundedWaitMs(run.submitWaitMs ?? 10_000);
      const how = { operation: jobOperations.runSync, waitMs };
      const view = readView(await submit(input, run, hostedLimits.runSyncBodyBytes, how));
      const job = jobLink(view.id, true);
      const typed = await typedView(view, job.output);
      if (isFinished(typed)) return typed;
      if (run.timeoutMs === undefined) return waitForEnd(job, run);
      return waitForEnd(job, { ...run, timeoutMs: startedAt + run.timeoutMs - link.clock.now() });
    },
    job: (id) => jobHandle(jobLink(id, false)),
    // A second one would drop jobs that came after the first.
    purgeQueue: async ({ signal } = {}) =>
      readPurge(
        await ask(link, { method: "POST", operation: jobOperations.purgeQueue, repeat: "unless-accepted", signal }),
      ),
    health: async ({ signal } = {}) =>
      readHealth(await ask(link, { method: "GET", operation: jobOperations.health, repeat: "always", signal })),
  };
}

function requestText(input: unknown, { webhook, policy, s3Config }: RunOptions, maxBytes: number): string {
  const request: JobRequest = {
    input,
    ...(webhook !== undefined && { webhook }),
    ...(policy !== undefined && { policy }),
    ...(s3Config !== undefined && { s3Config }),
  };
  const text = jsonText(request);
  const byteLength = Buffer.byteLength(text);
  if (byteLength <= maxBytes) return text;
  throw new RunPodClientError("input-too-large", `The request has ${byteLength} bytes; ${maxBytes} are allowed.`);
}

function jsonText(request: JobRequest): string {
  // JSON would leave the member out, and the endpoint would refuse a request without it.
  if (request.input === undefined) throw new RunPodClientError("bad-input", "The input is undefined.");
  try {
    return JSON.stringify(request);
  } catch (cause) {
    throw new RunPodClientError("bad-input", "The input cannot be written as JSON: a cycle, or a BigInt.", { cause });
  }
}

function idempotencyKey({ idempotencyKey = randomUUID() }: RunOptions): string {
  if (/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) return idempotencyKey;
  throw new RunPodClientError(
    "bad-options",
    "The idempotency key is not 1 to 255 printable characters without spaces.",
  );
}
