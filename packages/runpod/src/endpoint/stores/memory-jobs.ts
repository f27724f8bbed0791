import { createHeap } from "./heap.js";
import { ended, type Ending } from "./job-changes.js";
import type { JobRecord } from "./job-record.js";
import { type Chunks, createChunks } from "./memory-chunks.js";

/** A job and what the store knows of it beyond its record. */
export interface KeptJob {
  record: JobRecord;
  readonly idempotencyKey: string | undefined;
  chunks: Chunks;
  /** Place in the queue, by arrival; a job whose worker fell silent has its old place. */
  place: number;
  webhook: { dueAt: number; attempts: number; isClaimed: boolean } | undefined;
}

/** The jobs of one endpoint in memory, each found by whatever an act looks for. */
export class MemoryJobs {
  readonly byId = new Map<string, KeptJob>();
  readonly byKey = new Map<string, KeptJob>();
  readonly running = new Set<KeptJob>();
  /** With low priority and without. */
  readonly queues = { low: createHeap(isQueuedBefore), urgent: createHeap(isQueuedBefore) };
  /** By the next time at which a sweep has to look at them. */
  readonly due = createHeap<KeptJob>((one, other) => dueAt(one) < dueAt(other));
  readonly webhooks = createHeap<KeptJob>(isWebhookBefore);
  /** Per worker, the jobs it shall stop and since when. */
  readonly stops = new Map<string, Map<string, number>>();
  readonly totals = { completed: 0, failed: 0, retried: 0 };
  #arrivals = 0;

  /** @throws when there is a job of that id. */
  add(record: JobRecord, idempotencyKey: string | undefined): void {
    if (this.byId.has(record.id)) throw new Error("There is a job of that id already.");
    const job: KeptJob = {
      record,
      idempotencyKey,
      chunks: createChunks(),
      place: this.#arrivals++,
      webhook: undefined,
    };
    this.byId.set(record.id, job);
    if (idempotencyKey !== undefined) this.byKey.set(idempotencyKey, job);
    this.changed(job);
  }

  /** A job that a sweep has to look at: its time has come. */
  firstDue(now: number): KeptJob | undefined {
    const job = this.due.first();
    return job && dueAt(job) <= now ? job : undefined;
  }

  /** The first jobs of the queue, low priority last, without those that a sweep will forget. */
  firstQueued(limit: number, now: number): readonly KeptJob[] {
    const found: KeptJob[] = [];
    const forgotten: KeptJob[] = [];
    for (const queue of [this.queues.urgent, this.queues.low]) {
      for (let job = queue.first(); job && found.length < limit; job = queue.first()) {
        queue.remove(job);
        (forgottenAt(job) > now ? found : forgotten).push(job);
      }
    }
    for (const job of forgotten) this.changed(job);
    return found;
  }

  /** Jobs whose webhooks are due. The caller puts them back with `changed`. */
  firstWebhooks(limit: number, now: number): readonly KeptJob[] {
    const found: KeptJob[] = [];
    for (let job = this.webhooks.first(); job && found.length < limit; job = this.webhooks.first()) {
      if (webhookDueAt(job) > now) break;
      this.webhooks.remove(job);
      found.push(job);
    }
    return found;
  }

  /** Sends a job to the end of the queue, as if it had just come in. */
  restart(job: KeptJob, record: JobRecord): void {
    job.place = this.#arrivals++;
    job.chunks = createChunks();
    job.webhook = undefined;
    this.update(job, record);
  }

  end(job: KeptJob, ending: Ending): void {
    if (ending.status === "COMPLETED") this.totals.completed++;
    if (ending.status === "FAILED" || ending.status === "TIMED_OUT") this.totals.failed++;
    if (job.record.webhook !== undefined) job.webhook = { dueAt: ending.finishedAt, attempts: 0, isClaimed: false };
    this.update(job, ended(job.record, ending));
  }

  update(job: KeptJob, record: JobRecord): void {
    job.record = record;
    this.changed(job);
  }

  /** Puts a job where its state says. */
  changed(job: KeptJob): void {
    const { status, lowPriority } = job.record;
    const queue = lowPriority ? this.queues.low : this.queues.urgent;
    if (status === "IN_QUEUE") queue.put(job);
    else queue.remove(job);
    if (status === "IN_PROGRESS") this.running.add(job);
    else this.running.delete(job);
    if (job.webhook) this.webhooks.put(job);
    else this.webhooks.remove(job);
    this.due.put(job);
  }

  remove(job: KeptJob): void {
    this.byId.delete(job.record.id);
    if (job.idempotencyKey !== undefined) this.byKey.delete(job.idempotencyKey);
    this.running.delete(job);
    for (const heap of [this.queues.low, this.queues.urgent, this.due, this.webhooks]) heap.remove(job);
  }

  /** Puts a job among those that a worker shall stop. */
  stop(workerId: string, jobId: string, now: number): void {
    const jobs = this.stops.get(workerId) ?? new Map<string, number>();
    if (!jobs.has(jobId)) this.stops.set(workerId, jobs.set(jobId, now));
  }

  /** Takes a job off what its worker shall stop. */
  unstop(workerId: string, jobId: string): void {
    const jobs = this.stops.get(workerId);
    jobs?.delete(jobId);
    if (jobs?.size === 0) this.stops.delete(workerId);
  }
}

/** When a job is forgotten. A result whose webhook is not settled is kept until the job's time to live has passed. */
export function forgottenAt({ record, webhook }: KeptJob): number {
  const { finishedAt, expiresAt, keepResultMs } = record;
  return finishedAt === undefined || webhook ? expiresAt : Math.min(expiresAt, finishedAt + keepResultMs);
}

/** When a running job's execution time is used up. */
export function timesOutAt({ startedAt = Infinity, executionTimeoutMs }: JobRecord): number {
  return startedAt + executionTimeoutMs;
}

function dueAt(job: KeptJob): number {
  const { status, leaseUntil = Infinity } = job.record;
  return status === "IN_PROGRESS" ? Math.min(forgottenAt(job), timesOutAt(job.record), leaseUntil) : forgottenAt(job);
}

function webhookDueAt({ webhook }: KeptJob): number {
  return webhook?.dueAt ?? Infinity;
}

function isWebhookBefore(one: KeptJob, other: KeptJob): boolean {
  return (
    webhookDueAt(one) < webhookDueAt(other) || (webhookDueAt(one) === webhookDueAt(other) && one.place < other.place)
  );
}

function isQueuedBefore(one: KeptJob, other: KeptJob): boolean {
  return one.place < other.place;
}
