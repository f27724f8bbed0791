import { describeError } from "./describe-error.js";
import { RunPodClientError } from "./errors.js";
import type { BrokenJob, FinishedJob } from "./job-view.js";

/**
 * The output of a job that has ended.
 * @throws RunPodClientError `job-failed`, `job-cancelled`, `job-timed-out`.
 */
export function outputOf<Output>(job: FinishedJob<Output>): Output {
  if (job.status === "COMPLETED") return job.output;
  throw failureOf(job);
}

/** What `outputOf` throws for a job that gave no result. */
export function failureOf(job: BrokenJob): RunPodClientError {
  const details = { jobId: job.id };
  switch (job.status) {
    case "FAILED":
      return new RunPodClientError("job-failed", failedMessage(job.error), details);
    case "CANCELLED":
      return new RunPodClientError("job-cancelled", "The job was cancelled.", details);
    case "TIMED_OUT":
      return new RunPodClientError("job-timed-out", "The job ran longer than its policy allows.", details);
  }
}

function failedMessage(error: unknown): string {
  return error === undefined ? "The job failed." : `The job failed: ${describeError(error)}`;
}
