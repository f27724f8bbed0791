import type { TerminalStatus } from "#protocol.js";
import type { JobRecord, JsonText, NewJob } from "./job-record.js";
import { storableJson } from "./storable-json.js";

/** A new job as a store keeps it. */
export function submitted(newJob: NewJob): JobRecord {
  const { idempotencyKey: _, ...job } = newJob;
  return {
    ...job,
    input: storableJson(job.input),
    ...(job.passedOn !== undefined && { passedOn: storableJson(job.passedOn) }),
    status: "IN_QUEUE",
    attempts: 0,
    takeovers: 0,
  };
}

/** A job that a worker was given. */
export function taken(
  job: JobRecord,
  workerId: string,
  { now, leaseUntil }: { readonly now: number; readonly leaseUntil: number },
): JobRecord {
  return { ...job, status: "IN_PROGRESS", workerId, startedAt: now, leaseUntil, attempts: job.attempts + 1 };
}

/** A job whose taker never got it. */
export function untaken(job: JobRecord): JobRecord {
  const { startedAt: _, workerId: _workerId, ...rest } = withoutAttempt(job);
  return { ...rest, status: "IN_QUEUE", attempts: job.attempts - 1 };
}

/** How and when a job ended, and through whom if that is not who has it. */
export interface Ending {
  readonly status: TerminalStatus;
  readonly output?: JsonText;
  readonly error?: JsonText;
  readonly workerId?: string;
  readonly finishedAt: number;
}

/** A job that has ended. Its progress is gone: what an ended job has as output is its result. */
export function ended(job: JobRecord, ending: Ending): JobRecord {
  return { ...withoutAttempt(job), ...ending };
}

/** A job that waits again because its worker fell silent. Who had it last, and when that began, stay known. */
export function requeued(job: JobRecord): JobRecord {
  return { ...withoutAttempt(job), status: "IN_QUEUE", takeovers: job.takeovers + 1 };
}

/** A job as if it had just come in, but for its id, its input, and the time at which it is forgotten. */
export function retried(job: JobRecord, now: number): JobRecord {
  const {
    error: _,
    startedAt: _startedAt,
    finishedAt: _finishedAt,
    workerId: _workerId,
    ...rest
  } = withoutAttempt(job);
  return { ...rest, status: "IN_QUEUE", createdAt: now, attempts: 0, takeovers: 0 };
}

/** Error of a job whose workers all fell silent; `%s` stands for its attempts. */
export const silentWorkersError: JsonText = JSON.stringify(
  "Every worker that had the job fell silent before the job had ended (attempts: %s). " +
    "Look in the workers' logs for a crash or for too little memory.",
);

/** Error of a job that ran for too long; `%s` stands for its execution timeout. */
export const timedOutError: JsonText = JSON.stringify("The job ran for longer than its execution timeout of %s ms.");

function withoutAttempt(job: JobRecord): JobRecord {
  const { output: _, leaseUntil: _leaseUntil, ...rest } = job;
  return rest;
}
