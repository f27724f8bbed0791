import type { JobStatus } from "#protocol.js";
import type { JobEnd, JobRecord, JsonText, NewJob } from "./job-record.js";

/** A poller that waits for jobs. */
export interface Taker {
  readonly workerId: string;
  /** Most jobs wanted, at least 1. */
  readonly limit: number;
}

/** What became of an ending that was reported. */
export type EndOutcome =
  /** The job has ended so, just now. */
  | "ended"
  /** It had ended before, or it belongs to another worker now and this is no success; nothing changed. */
  | "ignored"
  /** There is no such job. */
  | "unknown";

/** What became of a command on a job. */
export type CommandOutcome = { readonly isDone: boolean; readonly job: JobRecord } | undefined;

/** Which jobs are looked after, and by which measure. */
export interface SweepRules {
  readonly now: number;
  /** A job that was taken this often and whose worker fell silent again has failed. */
  readonly maxAttempts: number;
}

/** What a sweep changed. */
export interface SweepReport {
  /** Jobs that wait again because their worker fell silent. */
  readonly requeued: number;
  /** Jobs that failed because their workers fell silent too often. */
  readonly failed: number;
  readonly timedOut: number;
  /** Jobs that were forgotten: their time to live, or their result's, has passed. */
  readonly removed: number;
}

/** Jobs of an endpoint by state, and what was ever done. */
export interface JobCounts {
  readonly inQueue: number;
  /** Of those in the queue, how many ask for a worker of their own: without `lowPriority`. */
  readonly inQueueUrgent: number;
  readonly inProgress: number;
  /** Jobs that ever ended so, also those that are forgotten. */
  readonly completed: number;
  /** Jobs that ever failed or timed out. */
  readonly failed: number;
  /** Times that a job ever came back into the queue, by its owner or because its worker fell silent. */
  readonly retried: number;
  /** When the oldest of those came into the queue. */
  readonly oldestUrgentAt?: number;
}

/** A webhook that is due. `attempt` counts from 1. */
export interface DueWebhook {
  readonly job: JobRecord;
  readonly url: string;
  readonly attempt: number;
}

/** Says that something changed, so that whoever waits looks again. Never carries what changed: the store is asked. */
export type StoreEvent =
  | { readonly kind: "queued"; readonly endpointId: string }
  | { readonly kind: "changed"; readonly endpointId: string; readonly jobId: string }
  | { readonly kind: "stop"; readonly endpointId: string; readonly workerId: string }
  /** A webhook is due. */
  | { readonly kind: "webhook"; readonly endpointId: string }
  /** Anything may have changed: a purge, or the connection that brings events was away. */
  | { readonly kind: "anything" };

/**
 * Where an endpoint keeps its jobs. Each member is one atomic act; every implementation passes one contract suite
 * (`testing/job-store-contract.ts`). States only move forward: a job that has ended stays as it ended until `retry`.
 */
export interface JobStore {
  /** Keeps a new job, or finds the one that came with the same idempotency key. */
  submit(job: NewJob): Promise<{ readonly job: JobRecord; readonly isNew: boolean }>;

  get(endpointId: string, id: string): Promise<JobRecord | undefined>;

  /**
   * Hands out waiting jobs, oldest first and low priority last, each to one taker only. Each gets `workerId`, a lease and
   * one more attempt.
   * @returns one list for each taker, in their order; empty where nothing was left.
   */
  take(
    endpointId: string,
    takers: readonly Taker[],
    times: { readonly now: number; readonly leaseUntil: number },
  ): Promise<readonly (readonly JobRecord[])[]>;

  /** Takes back a job that could not be handed to its taker: it waits again as if it had not been taken, attempt included. */
  giveBack(endpointId: string, id: string, workerId: string): Promise<void>;

  /**
   * Ends a job. The worker that has it may end it in any way. One that lost it may still bring a success, as long as the job
   * has not ended: the work is done, and whoever has the job is told to stop.
   */
  end(endpointId: string, id: string, workerId: string, end: JobEnd, now: number): Promise<EndOutcome>;

  /** Keeps a running job's progress; false when the job has ended or is another worker's. Also a sign of life. */
  progress(endpointId: string, id: string, workerId: string, output: JsonText, leaseUntil: number): Promise<boolean>;

  /**
   * Adds a streamed chunk, in the order of `sequence` where it is given and of arrival else; the same number is kept once.
   * False when the job has ended, is another worker's, or holds `maxBytes` of chunks already. Also a sign of life.
   */
  addChunk(
    endpointId: string,
    id: string,
    workerId: string,
    chunk: { readonly output: JsonText; readonly sequence?: number; readonly maxBytes: number },
    leaseUntil: number,
  ): Promise<boolean>;

  /** Takes the chunks that nobody was given yet, with the job's state as of that moment; undefined: there is no such job. */
  drainChunks(
    endpointId: string,
    id: string,
  ): Promise<{ readonly status: JobStatus; readonly chunks: readonly JsonText[] } | undefined>;

  /** Cancels a job that has not ended; its worker, if it has one, is told to stop. */
  cancel(endpointId: string, id: string, now: number): Promise<CommandOutcome>;

  /** Puts a job that failed or timed out back into the queue: same id, same input, attempts from 0, no output, no chunks. */
  retry(endpointId: string, id: string, now: number): Promise<CommandOutcome>;

  /** Removes every waiting job. @returns how many. */
  purge(endpointId: string): Promise<number>;

  /** Takes the ids of jobs that this worker shall stop. */
  takeStops(endpointId: string, workerId: string): Promise<readonly string[]>;

  /**
   * A sign of life of a worker: extends the leases of those of `jobIds` that it has. It is told to stop those that are its
   * business no longer: they ended otherwise than by its own word, another worker has them, or they are gone. A job that waits
   * again is none of these: the worker may still bring a success.
   *
   * A worker may not have heeded an earlier stop: the Python SDK drops one that comes before the job's task exists.
   */
  touch(
    endpointId: string,
    workerId: string,
    jobIds: readonly string[],
    times: { readonly now: number; readonly leaseUntil: number },
  ): Promise<void>;

  /** Gives every running job at least this lease: nobody could give a sign of life while the endpoint was away. */
  extendLeases(endpointId: string, leaseUntil: number): Promise<void>;

  /** Gives the jobs of a worker that is known to be gone to others now. */
  abandon(endpointId: string, workerId: string, rules: SweepRules): Promise<void>;

  /**
   * Leases that ran out, execution time that is used up, jobs and results whose time has passed. A result whose webhook is not
   * settled stays until its job's time to live has passed. Before the sweep, a job whose time has passed is only not taken.
   */
  sweep(endpointId: string, rules: SweepRules): Promise<SweepReport>;

  /** Claims webhooks that are due; each is claimed again when nobody has settled it until `claimedUntil`. */
  claimWebhooks(
    endpointId: string,
    claim: { readonly now: number; readonly limit: number; readonly claimedUntil: number },
  ): Promise<readonly DueWebhook[]>;

  /** Says that a webhook was delivered or given up (`retryAt` undefined), or is due again at that time. */
  settleWebhook(endpointId: string, id: string, retryAt?: number): Promise<void>;

  /** Gives a claim back that was not tried: the webhook is due again at that time, as the same attempt. */
  deferWebhook(endpointId: string, id: string, until: number): Promise<void>;

  counts(endpointId: string): Promise<JobCounts>;

  /**
   * Calls `listener` soon after every change that someone may wait for, also one that another process made; a take, progress
   * and signs of life are none. @returns stops that.
   */
  subscribe(listener: (event: StoreEvent) => void): () => void;

  close(): Promise<void>;
}
