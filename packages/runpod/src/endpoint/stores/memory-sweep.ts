import type { EventHub } from "./event-hub.js";
import { requeued, silentWorkersError, timedOutError } from "./job-changes.js";
import type { SweepReport, SweepRules } from "./job-store.js";
import { tellEnd, tellStop } from "./memory-events.js";
import { forgottenAt, type KeptJob, type MemoryJobs, timesOutAt } from "./memory-jobs.js";
import { stopLifetimeMs } from "./stop-lifetime.js";

/** Looks after every job whose time has come. */
export function sweepJobs(jobs: MemoryJobs, rules: SweepRules, hub: EventHub): SweepReport {
  const report = { requeued: 0, failed: 0, timedOut: 0, removed: 0 };
  for (let job = jobs.firstDue(rules.now); job; job = jobs.firstDue(rules.now)) report[settle(jobs, job, rules, hub)]++;
  dropOldStops(jobs, rules.now);
  return report;
}

/** Takes a job from a worker that fell silent: it waits again, or has failed when that happened too often. */
export function takeBack(jobs: MemoryJobs, job: KeptJob, rules: SweepRules, hub: EventHub): "requeued" | "failed" {
  if (job.record.attempts >= rules.maxAttempts) {
    jobs.end(job, {
      status: "FAILED",
      error: silentWorkersError.replace("%s", String(job.record.attempts)),
      finishedAt: rules.now,
    });
    tellEnd(job, hub);
    return "failed";
  }
  jobs.totals.retried++;
  jobs.update(job, requeued(job.record));
  hub.emit({ kind: "queued", endpointId: job.record.endpointId });
  return "requeued";
}

/** What is to be done first with a job whose time has come, done. */
function settle(jobs: MemoryJobs, job: KeptJob, rules: SweepRules, hub: EventHub): keyof SweepReport {
  const { status, executionTimeoutMs, endpointId, id: jobId } = job.record;
  if (forgottenAt(job) <= rules.now) {
    jobs.remove(job);
    if (status === "IN_PROGRESS") tellStop(jobs, job.record, rules.now, hub);
    if (status === "IN_PROGRESS" || status === "IN_QUEUE") hub.emit({ kind: "changed", endpointId, jobId });
    return "removed";
  }
  if (timesOutAt(job.record) <= rules.now) {
    tellStop(jobs, job.record, rules.now, hub);
    jobs.end(job, {
      status: "TIMED_OUT",
      error: timedOutError.replace("%s", String(executionTimeoutMs)),
      finishedAt: rules.now,
    });
    tellEnd(job, hub);
    return "timedOut";
  }
  return takeBack(jobs, job, rules, hub);
}

function dropOldStops(jobs: MemoryJobs, now: number): void {
  for (const [workerId, stops] of jobs.stops) {
    for (const [jobId, since] of stops) if (since + stopLifetimeMs <= now) jobs.unstop(workerId, jobId);
  }
}
