import { hostedLimits, type TakenJob } from "#protocol.js";
import { toJson } from "./check-output.js";
import { errorTextOf, errorPlaceOf } from "./error-report.js";
import { fitResult, tooLargeText, type SizeGuard } from "./fit-result.js";
import { JobFailure, type Job, type JobContext } from "./handler.js";
import type { Log } from "./log.js";
import { createProgress, type Progress } from "./progress.js";
import { readInput } from "./read-input.js";
import { bodyOf, chunkBody, progressBody, readReturned, readStreamed, type ResultParts } from "./result-body.js";
import type { ServeOptions } from "./serve-options.js";
import type { Identity } from "./settings.js";
import { eachValue, streamOf, type Streamed } from "./stream-values.js";

/** Where a running job's words go. */
export interface JobChannel {
  /** Sends the body of progress; never rejects. */
  progress(body: string): Promise<"done" | "try-again">;
  /** Sends the body of one streamed value, numbered from 0. Undefined: there is no such place. @throws JobFailure when nobody takes it. */
  readonly chunk?: (body: string, sequence: number) => Promise<void>;
}

/** What a job needs to run. */
export interface JobTools {
  readonly options: ServeOptions;
  readonly identity: Identity;
  readonly channel: JobChannel;
  /** Aborted when the job is stopped; with a `JobFailure` as its reason, the job fails with that. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Handlers that have not ended, even when their job was stopped. */
  readonly atWork: Set<Promise<unknown>>;
}

/** How a job ended. */
export type Outcome =
  | {
      readonly kind: "result";
      /** Body of `job-done`. */
      readonly body: string;
      readonly isStream: boolean;
      readonly hasFailed: boolean;
      readonly wantsRefresh: boolean;
    }
  /** Nobody wants its result. */
  | { readonly kind: "stopped" };

/** Runs a job to its end, or to its stop: then at once, whatever the handler does. Never rejects. */
export async function runJob(job: TakenJob, tools: JobTools): Promise<Outcome> {
  const { signal, channel, atWork } = tools;
  if (signal.aborted) return outcomeOfStop(signal);
  let onAbort = (): void => undefined;
  const stopped = new Promise<Outcome>((resolve) => {
    onAbort = () => resolve(outcomeOfStop(signal));
    signal.addEventListener("abort", onAbort);
  });
  const progress = createProgress((json) => channel.progress(progressBody(json)));
  const worked = work(job, tools, progress);
  atWork.add(worked);
  void worked.then(() => atWork.delete(worked));
  const outcome = await Promise.race([worked, stopped]);
  signal.removeEventListener("abort", onAbort);
  const closed = progress.close();
  // A stopped job has no result that progress could come after.
  if (outcome.kind === "result") await closed;
  return outcome;
}

function outcomeOfStop({ reason }: AbortSignal): Outcome {
  if (!(reason instanceof JobFailure)) return { kind: "stopped" };
  return resultOf({ error: JSON.stringify(reason.message), stopPod: false }, false);
}

function resultOf(parts: ResultParts, isStream: boolean): Outcome {
  const hasFailed = parts.error !== undefined;
  return { kind: "result", body: bodyOf(parts), isStream, hasFailed, wantsRefresh: parts.stopPod };
}

async function work(job: TakenJob, tools: JobTools, progress: Progress): Promise<Outcome> {
  const { options, identity, signal, log } = tools;
  const guard: SizeGuard = {
    maxResultBytes: options.maxResultBytes ?? hostedLimits.runBodyBytes,
    onLargeResult: options.onLargeResult,
  };
  let wantsRefresh = options.refreshWorker ?? false;
  let isStream = false;
  const context: JobContext = {
    signal,
    progress: (value) => reportProgress(value, progress, guard.maxResultBytes, job.id, log),
    refreshWorker: () => void (wantsRefresh = true),
    log: (message) => log({ level: "info", message: String(message), jobId: job.id }),
  };
  const withRefresh = (parts: ResultParts): ResultParts => ({ ...parts, stopPod: parts.stopPod || wantsRefresh });
  try {
    const input = await readInput(options.input, job.input);
    const returned: unknown = await options.handler(asSeen(job, input), context);
    const stream = streamOf(returned);
    isStream = stream !== undefined;
    const parts = stream === undefined ? readReturned(returned) : await readStream(stream, tools, guard);
    return resultOf(await fitResult(withRefresh(parts), job.id, guard, signal), isStream);
  } catch (thrown) {
    // What a handler throws because its job was stopped is no failure.
    if (!signal.aborted) log({ level: "error", message: `The job failed (${errorPlaceOf(thrown)}).`, jobId: job.id });
    const error = JSON.stringify(errorTextOf(thrown, identity));
    return resultOf(withRefresh({ error, stopPod: false }), isStream);
  }
}

function asSeen(job: TakenJob, input: unknown): Job {
  const { id, webhook } = job;
  return { id, input, ...(typeof webhook === "string" && { webhook }), raw: job };
}

/** Progress is a courtesy: what cannot be sent is named in the log, and the job goes on. */
function reportProgress(value: unknown, progress: Progress, maxBytes: number, jobId: string, log: Log): void {
  try {
    const json = toJson(value, "progress");
    const byteLength = Buffer.byteLength(json);
    if (byteLength <= maxBytes) return progress.report(json);
    log({ level: "warn", message: tooLargeText("Progress", byteLength, maxBytes), jobId });
  } catch (thrown) {
    const message = thrown instanceof TypeError ? thrown.message : "Progress could not be read.";
    log({ level: "warn", message, jobId });
  }
}

/** Sends the values of a stream as they come. Without a place for them, all of them go into the result. */
async function readStream(
  stream: Streamed,
  { options, channel, signal }: JobTools,
  { maxResultBytes, onLargeResult }: SizeGuard,
): Promise<ResultParts> {
  const keepsAll = options.aggregateStream === true || channel.chunk === undefined;
  const kept: string[] = [];
  let keptBytes = 0;
  let error: string | undefined;
  await eachValue(stream, signal, async (value, index) => {
    const read = readStreamed(value, index);
    if ("error" in read) {
      ({ error } = read);
      return false;
    }
    const byteLength = Buffer.byteLength(read.json);
    const { streamChunkBytes } = hostedLimits;
    if (byteLength > streamChunkBytes && channel.chunk !== undefined) {
      throw new JobFailure(tooLargeText(`Streamed value ${index}`, byteLength, streamChunkBytes));
    }
    if (keepsAll) {
      kept.push(read.json);
      keptBytes += byteLength;
      // A generator that never ends would fill the memory.
      if (keptBytes > maxResultBytes && onLargeResult === undefined) {
        throw new JobFailure(tooLargeText("The list of streamed values", keptBytes, maxResultBytes));
      }
    }
    await channel.chunk?.(chunkBody(read.json), index);
    return true;
  });
  return error === undefined ? { output: `[${kept.join(",")}]`, stopPod: false } : { error, stopPod: false };
}
