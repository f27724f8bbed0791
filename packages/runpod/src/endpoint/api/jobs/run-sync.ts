import { type Handler, waitMsOf } from "#endpoint/call.js";
import { StoreFailure } from "#endpoint/guard-store.js";
import { ok } from "#endpoint/replies.js";
import { replyText, stateText } from "#endpoint/state-view.js";
import { hostedLimits, isTerminal, syncJobPrefix } from "#protocol.js";
import { awaitEnd } from "./await-end.js";
import { submit } from "./submit.js";

/**
 * `POST /runsync?wait=`: keeps the job and waits for its end. From the moment that it is kept every answer is 200 with its id,
 * even when the store goes away meanwhile; a client that hangs up ends the waiting and not the job.
 */
export const runSync: Handler = async (shared, call) => {
  const waitMs = waitMsOf(call.query, hostedLimits.defaultWaitMs);
  const job = await submit(shared, call, { idPrefix: syncJobPrefix, keepResultMs: hostedLimits.runSyncResultMs });
  const seen = await awaitEnd(shared, call, job.id, waitMs).catch((error: unknown) => {
    if (error instanceof StoreFailure) return undefined;
    throw error;
  });
  const last = seen ?? job;
  return ok(isTerminal(last.status) ? stateText(last) : replyText(last));
};
