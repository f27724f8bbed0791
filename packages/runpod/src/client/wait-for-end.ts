import { jobOperations } from "#protocol.js";
import { rest } from "./ask.js";
import { pauseMs, quickBackOff, slowBackOff } from "./clock.js";
import { RunPodClientError } from "./errors.js";
import { askOfJob, boundedWaitMs, type JobLink } from "./job-link.js";
import { isFinished, readView, typedView, type FinishedJob, type JobView, type RunningJob } from "./job-view.js";

/** How to wait for a job. */
export interface WaitOptions {
  /** Ends the waiting; the job goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait; default without end. */
  readonly timeoutMs?: number | undefined;
  /** Told whenever the status or the reported progress has changed. What it throws ends the waiting. */
  readonly onUpdate?: ((job: RunningJob) => void) | undefined;
}

/**
 * Waits until a job has ended, through lost connections, 5xx and 429: by long polls of `/status-sync`, or by `/status` where
 * that is missing (RunPod does not document it).
 * @throws RunPodClientError `wait-timeout`, `aborted`, `job-expired`, `job-unknown`, `unauthorized`, `bad-answer`, `bad-output`.
 */
export async function waitForEnd<Output>(
  job: JobLink<Output>,
  options: WaitOptions = {},
): Promise<FinishedJob<Output>> {
  const { clock, memory } = job.link;
  const { signal } = options;
  const deadline = options.timeoutMs === undefined ? Infinity : clock.now() + options.timeoutMs;
  let lastNews = "";
  let quietPolls = 0;
  while (clock.now() < deadline) {
    const askedAt = clock.now();
    const view = await typedView(await look(job, signal, deadline), job.output);
    if (isFinished(view)) return view;
    const news = JSON.stringify([view.status, view.output]);
    if (news !== lastNews) {
      quietPolls = 0;
      lastNews = news;
      options.onUpdate?.(view);
    }
    // An answer that was held has paused for us.
    const wasHeld = clock.now() - askedAt >= quickBackOff.maxMs;
    const pause = wasHeld ? 0 : pauseMs(memory.hasStatusSync ? quickBackOff : slowBackOff, quietPolls, clock);
    quietPolls = wasHeld ? 0 : quietPolls + 1;
    await rest(job.link, Math.min(pause, deadline - clock.now()), { signal, jobId: job.id });
  }
  throw waitTimeout(job.id);
}

async function look(job: JobLink, signal: AbortSignal | undefined, deadline: number): Promise<JobView> {
  try {
    return readView(await longPoll(job, signal, deadline), job.id);
  } catch (thrown) {
    if (!(thrown instanceof RunPodClientError)) throw thrown;
    // What can be repeated is repeated until the deadline.
    if (thrown.retryable) throw waitTimeout(job.id, thrown);
    throw thrown;
  }
}

async function longPoll(job: JobLink, signal: AbortSignal | undefined, deadline: number) {
  const { memory, clock, longPollMs } = job.link;
  const question = { method: "GET", repeat: "always", signal, deadline } as const;
  const status = { ...question, operation: jobOperations.status };
  if (!memory.hasStatusSync) return askOfJob(job, status);
  try {
    const waitMs = boundedWaitMs(Math.min(longPollMs, deadline - clock.now()));
    return await askOfJob(job, { ...question, operation: jobOperations.statusSync, waitMs });
  } catch (thrown) {
    if (!(thrown instanceof RunPodClientError) || (thrown.status !== 404 && thrown.status !== 405)) throw thrown;
    // Either the route is missing or the job is: `/status` tells.
    const json = await askOfJob(job, status);
    memory.hasStatusSync = false;
    return json;
  }
}

function waitTimeout(jobId: string, cause?: unknown): RunPodClientError {
  const message = "The job has not ended in the time that was given to wait.";
  return new RunPodClientError("wait-timeout", message, { jobId, cause });
}
