import type { Handler } from "#endpoint/call.js";
import { noted } from "#endpoint/replies.js";
import { isId } from "#endpoint/target.js";
import { workerParameters } from "#protocol.js";

/** More jobs than any worker runs; the rest of a longer list is not looked at. */
const maxJobIds = 1_000;

const maxReasonLength = 256;

/** `GET ping/WORKER`: a sign of life for each job in `job_id`; or, with `status=unhealthy`, the last words of a worker. */
export const ping: Handler = async ({ settings, store, book }, { query }, workerId = "") => {
  if (query.get(workerParameters.status) === "unhealthy") {
    const check = printable(query.get(workerParameters.check));
    const reason = printable(query.get(workerParameters.reason));
    book.gaveUp(workerId, [check, reason].filter((part) => part !== "").join(": ") || "no reason given");
    settings.log(`Worker ${workerId} says that it is unhealthy and ends (check ${check || "not named"}).`);
    return noted;
  }
  const jobIds = (query.get(workerParameters.jobIds) ?? "").split(",", maxJobIds).filter(isId);
  book.reported(workerId, jobIds);
  if (jobIds.length > 0) {
    const now = settings.now();
    await store.touch(settings.id, workerId, jobIds, { now, leaseUntil: now + settings.leaseMs });
  }
  return noted;
};

function printable(text: string | null): string {
  return (text ?? "").replace(/[^\x20-\x7e]+/g, " ").slice(0, maxReasonLength);
}
