import type { Handler } from "#endpoint/call.js";
import { noSuchJob, ok } from "#endpoint/replies.js";
import { cancelText } from "#endpoint/state-view.js";

/** `POST /cancel/JOB`: ends the job and tells its worker. A job that has ended stays as it ended, and the answer says how. */
export const cancel: Handler = async ({ settings, store }, _call, jobId = "") => {
  const outcome = await store.cancel(settings.id, jobId, settings.now());
  if (outcome === undefined) throw noSuchJob();
  return ok(cancelText(outcome.job));
};
