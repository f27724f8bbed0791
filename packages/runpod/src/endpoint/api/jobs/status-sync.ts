import { type Handler, waitMsOf } from "#endpoint/call.js";
import { noSuchJob, ok } from "#endpoint/replies.js";
import { stateText } from "#endpoint/state-view.js";
import { hostedLimits } from "#protocol.js";
import { awaitEnd } from "./await-end.js";

/** `/status-sync/JOB?wait=`: waits for the job's end, then says how it is. */
export const statusSync: Handler = async (shared, call, jobId = "") => {
  const job = await awaitEnd(shared, call, jobId, waitMsOf(call.query, hostedLimits.defaultWaitMs));
  if (job === undefined) throw noSuchJob();
  return ok(stateText(job));
};
