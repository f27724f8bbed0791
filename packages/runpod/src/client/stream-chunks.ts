import { isTerminal, jobOperations, type TerminalStatus } from "#protocol.js";
import { rest } from "./ask.js";
import { pauseMs, quickBackOff } from "./clock.js";
import { RunPodClientError } from "./errors.js";
import { failureOf } from "./finished-job.js";
import { askOfJob, boundedWaitMs, type JobLink } from "./job-link.js";
import { checked, readChunks, readStatus, readView } from "./job-view.js";

/** How to read a job's stream. */
export interface StreamOptions {
  /** Ends the reading; the job goes on. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether to go on after an answer was lost; default false. An endpoint gives each chunk once, so chunks may be missing then:
   * without this, the stream ends with `outcome-unknown`, and `stream()` goes on after the gap.
   */
  readonly allowGaps?: boolean | undefined;
}

/**
 * Gives a job's chunks as they come and returns how it ended. Asks for more only when the last chunk was taken. Has no time-out:
 * while the endpoint cannot be reached, it goes on asking.
 * @throws RunPodClientError `job-failed` after the last chunk, `outcome-unknown`, `bad-output`, `aborted`, `job-expired`,
 * `job-unknown`, `unauthorized`, `bad-answer`.
 */
export async function* streamChunks<Chunk>(
  job: JobLink<unknown, Chunk>,
  options: StreamOptions = {},
): AsyncGenerator<Chunk, TerminalStatus, undefined> {
  const { clock, longPollMs } = job.link;
  const repeat = options.allowGaps === true ? "always" : "unless-accepted";
  const question = { method: "GET", operation: jobOperations.stream, repeat, signal: options.signal } as const;
  let hasEnded = false;
  let quietPolls = 0;
  for (;;) {
    const askedAt = clock.now();
    // A job that has ended has nothing to wait for.
    const waitMs = boundedWaitMs(hasEnded ? 0 : longPollMs);
    const json = await askOfJob(job, { ...question, waitMs, deadline: Infinity });
    const status = readStatus(json, job.id);
    const chunks = readChunks(json, job.id);
    for (const chunk of chunks) yield await checked(chunk, job.chunk, "chunk", job.id);
    // One answer need not hold all that is left.
    if (isTerminal(status) && chunks.length === 0) {
      if (status === "FAILED") throw await failure(job, options.signal);
      return status;
    }
    hasEnded = isTerminal(status);
    const isQuiet = chunks.length === 0 && clock.now() - askedAt < quickBackOff.maxMs;
    if (isQuiet) await rest(job.link, pauseMs(quickBackOff, quietPolls, clock), { ...options, jobId: job.id });
    quietPolls = isQuiet ? quietPolls + 1 : 0;
  }
}

/** Chunks do not say why a job failed; its status does, while it is kept. */
async function failure(job: JobLink, signal: AbortSignal | undefined): Promise<RunPodClientError> {
  try {
    const question = { method: "GET", operation: jobOperations.status, repeat: "always", signal } as const;
    const view = readView(await askOfJob(job, question), job.id);
    if (view.status === "FAILED") return failureOf(view);
  } catch (thrown) {
    if (!(thrown instanceof RunPodClientError)) throw thrown;
    if (thrown.code === "aborted") return thrown;
  }
  return failureOf({ id: job.id, status: "FAILED" });
}
