/**
 * Our worker with a handler that does what its job's input says: a program of its own, the counterpart of
 * `python/mock_handler.py` with the same environment, inputs and outputs. `MOCK_SPOOL` names its spool folder.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { serve, type Job, type JobContext } from "#worker/index.js";

interface MockInput {
  readonly mock_return?: unknown;
  /** Seconds to wait. */
  readonly mock_delay?: number;
  /** Seconds to keep the processor busy. */
  readonly mock_busy?: number;
  readonly mock_error?: boolean;
  readonly mock_crash?: boolean;
  readonly mock_refresh?: boolean;
  readonly mock_progress?: { readonly updates: readonly unknown[]; readonly wait_time?: number };
  readonly mock_logs?: readonly { readonly message: string }[];
  readonly mock_odd?: "nan" | "bytes";
  /** Length of the output. */
  readonly mock_size?: number;
}

const { MOCK_KIND: kind = "plain", MOCK_SPOOL: spoolFolder, MOCK_CONCURRENCY: concurrency = "1" } = process.env;
const isStreaming = kind === "generator" || kind === "async-generator";

process.exitCode = await serve<MockInput>({
  handler: isStreaming ? stream : answer,
  concurrency: Number(concurrency),
  aggregateStream: process.env["MOCK_AGGREGATE"] !== undefined,
  refreshWorker: process.env["MOCK_REFRESH"] !== undefined,
  ...(spoolFolder !== undefined && { spoolFolder }),
});

async function answer(job: Job<MockInput>, context: JobContext): Promise<unknown> {
  const { input } = job;
  begin(input, context);
  await wait(input.mock_delay, context);
  for (const update of input.mock_progress?.updates ?? []) {
    context.progress(update);
    await wait(input.mock_progress?.wait_time, context);
  }
  finished(job);
  if (input.mock_odd !== undefined) return { nan: Number.NaN, bytes: Buffer.from("bytes") }[input.mock_odd];
  if (input.mock_size !== undefined) return "x".repeat(input.mock_size);
  const { mock_return: value = "Hello World!" } = input;
  return input.mock_refresh === true ? { refresh_worker: true, mock_return: value } : value;
}

async function* stream(job: Job<MockInput>, context: JobContext): AsyncGenerator<unknown> {
  begin(job.input, context);
  for (const value of job.input.mock_return as readonly unknown[]) {
    await wait(job.input.mock_delay, context);
    yield value;
  }
  finished(job);
}

function begin(input: MockInput, context: JobContext): void {
  for (const line of input.mock_logs ?? []) context.log(line.message);
  if (input.mock_crash === true) process.kill(process.pid, "SIGKILL");
  if (input.mock_error === true) throw new Error("Mock error");
  const until = performance.now() + (input.mock_busy ?? 0) * 1000;
  while (performance.now() < until);
}

async function wait(seconds: number | undefined, { signal }: JobContext): Promise<void> {
  if (seconds !== undefined && seconds > 0) await sleep(seconds * 1000, undefined, { signal });
}

function finished(job: Job): void {
  process.stdout.write(`${JSON.stringify({ finished: job.id })}\n`);
}
