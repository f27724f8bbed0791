import type { Call, Handler, Shared } from "#endpoint/call.js";
import { holdUntil } from "#endpoint/hold.js";
import { BodyTooLarge } from "#endpoint/http.js";
import { errorReply, noSuchJob, noted } from "#endpoint/replies.js";
import { topicOf } from "#endpoint/topics.js";
import { failed, parseReport, type WorkerReport } from "./result-body.js";

/**
 * `POST job-done/WORKER/JOB`: a result, or progress. A result that is too large fails the job with the number, and is answered
 * 400, which the SDK does not try again; the hosted service answers 400 as well and lets the job hang (runpod-python#309).
 */
export const jobDone: Handler = async (shared, call, workerId = "", jobId = "") => {
  const { settings, store, book } = shared;
  try {
    const report = parseReport(await call.readBody());
    if (report.kind === "end") return await end(shared, call, workerId, jobId, report);
    book.saw(workerId);
    const leaseUntil = settings.now() + settings.leaseMs;
    await store.progress(settings.id, jobId, workerId, report.output, leaseUntil);
    return noted;
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    const sentence = `The result has ${sizeOf(call, error.maxBytes)}; at most ${error.maxBytes} bytes are kept. Return a URL.`;
    await end(shared, call, workerId, jobId, failed(sentence));
    return errorReply(400, sentence);
  }
};

/**
 * A result that comes twice, or late, is answered 200 and changes nothing. While the store is away the worker is held: the SDK
 * gives a result up after three refusals in five seconds (observed).
 */
async function end(
  { settings, store, topics, book, isClosing }: Shared,
  { signal }: Call,
  workerId: string,
  jobId: string,
  report: WorkerReport & { readonly kind: "end" },
) {
  const outcome = await holdUntil(
    { topics, topic: topicOf.job(jobId), waitMs: settings.pollMs, signal, isOver: isClosing },
    () => store.end(settings.id, jobId, workerId, report.end, settings.now()),
    () => true,
  );
  book.finishedJob(workerId, jobId);
  if (report.wantsStop) settings.onStopPod(workerId);
  if (outcome === "unknown") throw noSuchJob();
  return noted;
}

function sizeOf(call: Call, maxBytes: number): string {
  const length = call.headers["content-length"];
  return length !== undefined && /^\d{1,15}$/.test(length) ? `${length} bytes` : `more than ${maxBytes} bytes`;
}
