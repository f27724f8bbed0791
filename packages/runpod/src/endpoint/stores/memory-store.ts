import { isTerminal, retryableStatuses } from "#protocol.js";
import { createEventHub } from "./event-hub.js";
import { retried, submitted, taken, untaken } from "./job-changes.js";
import type { JobRecord } from "./job-record.js";
import type { DueWebhook, JobStore, Taker } from "./job-store.js";
import { tellEnd, tellStop } from "./memory-events.js";
import { type KeptJob, MemoryJobs } from "./memory-jobs.js";
import { sweepJobs, takeBack } from "./memory-sweep.js";
import { storableJson } from "./storable-json.js";
import { takeSlots } from "./take-slots.js";

/** A store in this process's memory, for tests and for endpoints whose jobs need not survive a restart. */
export function createMemoryStore(): JobStore {
  const endpoints = new Map<string, MemoryJobs>();
  const hub = createEventHub();

  const jobsOf = (endpointId: string): MemoryJobs => {
    const jobs = endpoints.get(endpointId) ?? new MemoryJobs();
    endpoints.set(endpointId, jobs);
    return jobs;
  };
  const held = (endpointId: string, id: string, workerId: string): KeptJob | undefined => {
    const job = jobsOf(endpointId).byId.get(id);
    return job && isHeldBy(job.record, workerId) ? job : undefined;
  };

  return {
    async submit(job) {
      const { endpointId, idempotencyKey } = job;
      const jobs = jobsOf(endpointId);
      const known = idempotencyKey === undefined ? undefined : jobs.byKey.get(idempotencyKey);
      if (known) return { job: known.record, isNew: false };
      const record = submitted(job);
      jobs.add(record, idempotencyKey);
      hub.emit({ kind: "queued", endpointId });
      return { job: record, isNew: true };
    },

    async get(endpointId, id) {
      return jobsOf(endpointId).byId.get(id)?.record;
    },

    async take(endpointId, takers, times) {
      const jobs = jobsOf(endpointId);
      const lists: JobRecord[][] = takers.map(() => []);
      const slots = takeSlots(takers);
      for (const [index, job] of jobs.firstQueued(slots.length, times.now).entries()) {
        const place = slots[index] as number;
        const { workerId } = takers[place] as Taker;
        jobs.unstop(workerId, job.record.id);
        jobs.update(job, taken(job.record, workerId, times));
        lists[place]?.push(job.record);
      }
      return lists;
    },

    async giveBack(endpointId, id, workerId) {
      const job = held(endpointId, id, workerId);
      if (!job) return;
      jobsOf(endpointId).update(job, untaken(job.record));
      hub.emit({ kind: "queued", endpointId });
    },

    async end(endpointId, id, workerId, end, now) {
      const jobs = jobsOf(endpointId);
      const job = jobs.byId.get(id);
      if (!job) return "unknown";
      const isHolder = isHeldBy(job.record, workerId);
      const isWelcome = isHolder || (end.status === "COMPLETED" && !isTerminal(job.record.status));
      if (!isWelcome) return "ignored";
      if (!isHolder && job.record.status === "IN_PROGRESS") tellStop(jobs, job.record, now, hub);
      const output = end.output === undefined ? {} : { output: storableJson(end.output) };
      const error = end.status === "FAILED" ? { error: storableJson(end.error) } : {};
      jobs.end(job, { status: end.status, ...output, ...error, workerId, finishedAt: now });
      tellEnd(job, hub);
      return "ended";
    },

    async progress(endpointId, id, workerId, output, leaseUntil) {
      const job = held(endpointId, id, workerId);
      if (!job) return false;
      jobsOf(endpointId).update(job, { ...withLease(job.record, leaseUntil), output: storableJson(output) });
      return true;
    },

    async addChunk(endpointId, id, workerId, chunk, leaseUntil) {
      const job = held(endpointId, id, workerId);
      if (!job) return false;
      jobsOf(endpointId).update(job, withLease(job.record, leaseUntil));
      const isKept = job.chunks.add({ ...chunk, output: storableJson(chunk.output) });
      if (isKept) hub.emit({ kind: "changed", endpointId, jobId: id });
      return isKept;
    },

    async drainChunks(endpointId, id) {
      const job = jobsOf(endpointId).byId.get(id);
      return job && { status: job.record.status, chunks: job.chunks.drain() };
    },

    async cancel(endpointId, id, now) {
      const jobs = jobsOf(endpointId);
      const job = jobs.byId.get(id);
      if (!job) return undefined;
      if (isTerminal(job.record.status)) return { isDone: false, job: job.record };
      if (job.record.status === "IN_PROGRESS") tellStop(jobs, job.record, now, hub);
      jobs.end(job, { status: "CANCELLED", finishedAt: now });
      tellEnd(job, hub);
      return { isDone: true, job: job.record };
    },

    async retry(endpointId, id, now) {
      const jobs = jobsOf(endpointId);
      const job = jobs.byId.get(id);
      if (!job) return undefined;
      if (!(retryableStatuses as readonly string[]).includes(job.record.status))
        return { isDone: false, job: job.record };
      jobs.totals.retried++;
      jobs.restart(job, retried(job.record, now));
      hub.emit({ kind: "changed", endpointId, jobId: id });
      hub.emit({ kind: "queued", endpointId });
      return { isDone: true, job: job.record };
    },

    async purge(endpointId) {
      const jobs = jobsOf(endpointId);
      const waiting = [...jobs.byId.values()].filter(({ record }) => record.status === "IN_QUEUE");
      for (const job of waiting) jobs.remove(job);
      if (waiting.length > 0) hub.emit({ kind: "anything" });
      return waiting.length;
    },

    async takeStops(endpointId, workerId) {
      const { stops } = jobsOf(endpointId);
      const ids = [...(stops.get(workerId)?.keys() ?? [])];
      stops.delete(workerId);
      return ids;
    },

    async touch(endpointId, workerId, jobIds, { now, leaseUntil }) {
      const jobs = jobsOf(endpointId);
      for (const id of jobIds) {
        const job = jobs.byId.get(id);
        if (job && isHeldBy(job.record, workerId)) jobs.update(job, withLease(job.record, leaseUntil));
        else if (!job || isLostTo(job.record, workerId)) tellStop(jobs, { endpointId, id, workerId }, now, hub);
      }
    },

    async extendLeases(endpointId, leaseUntil) {
      const jobs = jobsOf(endpointId);
      for (const job of jobs.running) jobs.update(job, withLease(job.record, leaseUntil));
    },

    async abandon(endpointId, workerId, rules) {
      const jobs = jobsOf(endpointId);
      for (const job of jobs.running) if (job.record.workerId === workerId) takeBack(jobs, job, rules, hub);
    },

    async sweep(endpointId, rules) {
      return sweepJobs(jobsOf(endpointId), rules, hub);
    },

    async claimWebhooks(endpointId, { now, limit, claimedUntil }) {
      const jobs = jobsOf(endpointId);
      return jobs.firstWebhooks(limit, now).map((job): DueWebhook => {
        const attempt = (job.webhook?.attempts ?? 0) + 1;
        job.webhook = { dueAt: claimedUntil, attempts: attempt, isClaimed: true };
        jobs.changed(job);
        return { job: job.record, url: job.record.webhook ?? "", attempt };
      });
    },

    async settleWebhook(endpointId, id, retryAt) {
      const jobs = jobsOf(endpointId);
      const job = jobs.byId.get(id);
      if (!job?.webhook?.isClaimed) return;
      job.webhook = retryAt === undefined ? undefined : { ...job.webhook, dueAt: retryAt, isClaimed: false };
      jobs.changed(job);
    },

    async deferWebhook(endpointId, id, until) {
      const jobs = jobsOf(endpointId);
      const job = jobs.byId.get(id);
      if (!job?.webhook?.isClaimed) return;
      job.webhook = { dueAt: until, attempts: job.webhook.attempts - 1, isClaimed: false };
      jobs.changed(job);
    },

    async counts(endpointId) {
      const { queues, running, totals } = jobsOf(endpointId);
      const oldest = queues.urgent.first();
      return {
        inQueue: queues.low.size + queues.urgent.size,
        inQueueUrgent: queues.urgent.size,
        inProgress: running.size,
        ...totals,
        ...(oldest && { oldestUrgentAt: oldest.record.createdAt }),
      };
    },

    subscribe: hub.subscribe,
    close: async () => hub.close(),
  };
}

function isHeldBy({ status, workerId: holder }: JobRecord, workerId: string): boolean {
  return status === "IN_PROGRESS" && holder === workerId;
}

/** Whether a job that this worker does not have is its business no longer. One that waits may still get a success from it. */
function isLostTo({ status, workerId: holder }: JobRecord, workerId: string): boolean {
  if (status === "IN_QUEUE") return false;
  return status === "CANCELLED" || status === "TIMED_OUT" || holder !== workerId;
}

function withLease(job: JobRecord, leaseUntil: number): JobRecord {
  return { ...job, leaseUntil: Math.max(job.leaseUntil ?? leaseUntil, leaseUntil) };
}
