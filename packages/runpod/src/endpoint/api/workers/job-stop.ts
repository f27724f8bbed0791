import type { Handler } from "#endpoint/call.js";
import { holdUntil } from "#endpoint/hold.js";
import { nothing, ok } from "#endpoint/replies.js";
import { topicOf } from "#endpoint/topics.js";
import type { StopReply } from "#protocol.js";

/** `GET job-stop/WORKER`: ids of jobs that this worker shall stop, or 204 when there were none while the request was held. */
export const jobStop: Handler = async (shared, { signal }, workerId = "") => {
  const { settings, store, topics, book, leftoverStops, isClosing } = shared;
  book.saw(workerId);
  const jobsToStop = await holdUntil(
    {
      topics,
      topic: topicOf.stop(workerId),
      waitMs: settings.pollMs,
      signal,
      isOver: () => signal.aborted || isClosing(),
    },
    async () => {
      if (signal.aborted) return [];
      const fresh = await store.takeStops(settings.id, workerId);
      return [...leftoverStops.take(workerId), ...fresh];
    },
    (ids) => ids.length > 0,
  );
  if (jobsToStop.length === 0) return nothing;
  const reply: StopReply = { jobsToStop };
  return ok(JSON.stringify(reply), () => leftoverStops.putBack(workerId, jobsToStop));
};
