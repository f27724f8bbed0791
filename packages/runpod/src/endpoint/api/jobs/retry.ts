import type { Handler } from "#endpoint/call.js";
import { noSuchJob, ok, Refusal } from "#endpoint/replies.js";
import { replyText } from "#endpoint/state-view.js";
import { retryableStatuses } from "#protocol.js";

/** `POST /retry/JOB`: puts a job that failed or timed out back into the queue. */
export const retry: Handler = async ({ settings, store, leftoverChunks }, _call, jobId = "") => {
  const outcome = await store.retry(settings.id, jobId, settings.now());
  if (outcome === undefined) throw noSuchJob();
  const { isDone, job } = outcome;
  if (!isDone) {
    throw new Refusal(
      409,
      `Only a job that is ${retryableStatuses.join(" or ")} can be retried; this one is ${job.status}.`,
    );
  }
  leftoverChunks.take(jobId);
  return ok(replyText(job));
};
