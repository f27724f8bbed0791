import type { Call, Handler, Shared } from "#endpoint/call.js";
import { nothing, ok } from "#endpoint/replies.js";
import { takenText } from "#endpoint/state-view.js";
import type { JobRecord } from "#endpoint/stores/job-record.js";
import { workerParameters } from "#protocol.js";

/** Most jobs of one `job-take-batch`; each may be as large as a body. */
const maxBatchSize = 100;

/** `GET job-take/WORKER`: one job, or 204 when none came while the request was held. */
export const jobTake: Handler = async (shared, call, workerId = "") => {
  const jobs = await take(shared, call, workerId, 1);
  return jobs[0] === undefined ? nothing : ok(takenText(jobs[0]), giveBack(shared, workerId, jobs));
};

/** `GET job-take-batch/WORKER?batch_size=`: an array of jobs, as soon as there is one. */
export const jobTakeBatch: Handler = async (shared, call, workerId = "") => {
  const asked = Number(call.query.get(workerParameters.batchSize) ?? 1);
  const limit = Number.isInteger(asked) ? Math.min(Math.max(asked, 1), maxBatchSize) : 1;
  const jobs = await take(shared, call, workerId, limit);
  return jobs.length === 0 ? nothing : ok(`[${jobs.map(takenText).join(",")}]`, giveBack(shared, workerId, jobs));
};

async function take({ settings, takePool, book }: Shared, call: Call, workerId: string, limit: number) {
  const pollEnded = book.pollBegan(workerId, call.query.get(workerParameters.isBusy) === "0");
  try {
    const jobs = await takePool.take({ workerId, limit }, settings.pollMs, call.signal);
    for (const job of jobs) book.tookJob(workerId, job.id);
    return jobs;
  } finally {
    pollEnded();
  }
}

/** What the reply's connection took with it waits again at once; should the store be away, the lease does the same later. */
function giveBack({ settings, store, book }: Shared, workerId: string, jobs: readonly JobRecord[]): () => void {
  return () => {
    for (const { id } of jobs) {
      book.finishedJob(workerId, id);
      void store.giveBack(settings.id, id, workerId).catch(() => {});
    }
  };
}
