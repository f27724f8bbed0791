import { jobOperations, type JobReply, type TerminalStatus } from "#protocol.js";
import { outputOf } from "./finished-job.js";
import { askOfJob, type JobLink } from "./job-link.js";
import { readReply, readView, typedView, type FinishedJob, type JobView } from "./job-view.js";
import { streamChunks, type StreamOptions } from "./stream-chunks.js";
import { waitForEnd, type WaitOptions } from "./wait-for-end.js";

/** What every short call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * One job. Everything about it hangs on its id: keep that, and `client.job(id)` goes on after a restart. Every rejection is a
 * `RunPodClientError` with its `jobId`.
 */
export interface JobHandle<Output = unknown, Chunk = unknown> {
  readonly id: string;
  /** How it stands, and its output once it has one. */
  status(options?: CallOptions): Promise<JobView<Output>>;
  /** Waits until it has ended, however it ended, through lost connections and restarts of the endpoint. */
  wait(options?: WaitOptions): Promise<FinishedJob<Output>>;
  /** Waits and gives the output; throws `job-failed`, `job-cancelled` or `job-timed-out` for any other end. */
  output(options?: WaitOptions): Promise<Output>;
  /**
   * Its chunks as they come; returns how it ended. Throws `job-failed` after the last chunk of a failed job; a cancelled or
   * timed-out one just ends.
   */
  stream(options?: StreamOptions): AsyncGenerator<Chunk, TerminalStatus, undefined>;
  cancel(options?: CallOptions): Promise<JobReply>;
  /** Puts a failed or timed-out job back into the queue, with the same id and input. */
  retry(options?: CallOptions): Promise<JobReply>;
}

/** The handle of a job. */
export function jobHandle<Output, Chunk>(job: JobLink<Output, Chunk>): JobHandle<Output, Chunk> {
  const { status, cancel, retry } = jobOperations;
  return {
    id: job.id,
    status: async ({ signal } = {}) => {
      const json = await askOfJob(job, { method: "GET", operation: status, repeat: "always", signal });
      return typedView(readView(json, job.id), job.output);
    },
    wait: (options) => waitForEnd(job, options),
    output: async (options) => outputOf(await waitForEnd(job, options)),
    stream: (options) => streamChunks(job, options),
    cancel: async ({ signal } = {}) =>
      readReply(await askOfJob(job, { method: "POST", operation: cancel, repeat: "always", signal }), job.id),
    // A second one would be refused, or run a job again that has failed in between.
    retry: async ({ signal } = {}) =>
      readReply(await askOfJob(job, { method: "POST", operation: retry, repeat: "unless-accepted", signal }), job.id),
  };
}
