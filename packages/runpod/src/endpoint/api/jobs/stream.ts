import { type Handler, waitMsOf } from "#endpoint/call.js";
import { holdUntil } from "#endpoint/hold.js";
import { closing, noSuchJob, ok } from "#endpoint/replies.js";
import { topicOf } from "#endpoint/topics.js";
import { hostedLimits, isTerminal } from "#protocol.js";

/**
 * `/stream/JOB?wait=`: the chunks that nobody was given yet, held until there is one or the job has ended: npm `stream()` asks
 * again at once (978 requests in 3 s against a server that does not hold). Chunks that were drained for a client that has hung
 * up go to the next one who asks.
 */
export const stream: Handler = async (
  { settings, store, topics, leftoverChunks, isClosing },
  { query, signal },
  jobId = "",
) => {
  const waitMs = waitMsOf(query, hostedLimits.defaultStreamWaitMs);
  const drained = await holdUntil(
    { topics, topic: topicOf.job(jobId), waitMs, signal, isOver: () => signal.aborted || isClosing() },
    async () => {
      if (signal.aborted) throw closing();
      const fresh = await store.drainChunks(settings.id, jobId);
      return fresh && { status: fresh.status, chunks: [...leftoverChunks.take(jobId), ...fresh.chunks] };
    },
    (seen) => seen === undefined || seen.chunks.length > 0 || isTerminal(seen.status),
  );
  if (drained === undefined) throw noSuchJob();
  const { status, chunks } = drained;
  return ok(`{"status":"${status}","stream":[${chunks.map((chunk) => `{"output":${chunk}}`).join(",")}]}`, () =>
    leftoverChunks.putBack(jobId, chunks),
  );
};
