import type { Handler } from "#endpoint/call.js";
import { noSuchJob, ok } from "#endpoint/replies.js";
import { stateText } from "#endpoint/state-view.js";

/** `/status/JOB`: the job as it is. */
export const status: Handler = async ({ settings, store }, _call, jobId = "") => {
  const job = await store.get(settings.id, jobId);
  if (job === undefined) throw noSuchJob();
  return ok(stateText(job));
};
