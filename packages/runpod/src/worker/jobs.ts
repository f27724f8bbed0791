import type { TakenJob } from "#protocol.js";
import { deliverResult, type Mail } from "./deliver-result.js";
import type { Ending } from "./ending.js";
import { JobFailure } from "./handler.js";
import { jobChannel } from "./job-channel.js";
import type { BrokenJob } from "./read-take.js";
import { bodyOf } from "./result-body.js";
import { runJob, type Outcome } from "./run-job.js";
import type { ServeOptions } from "./serve-options.js";
import type { Slot, Slots } from "./slots.js";

/** What happens to jobs from their taking until their results are delivered. Nothing here throws or rejects. */
export interface Jobs {
  start(job: TakenJob): void;
  /** Fails a job that cannot be run. */
  reject(job: BrokenJob): void;
  /** Frees the slot of a job; its result is wanted by nobody. */
  stop(jobId: string): void;
  /** Fails every job whose handler has not ended. */
  failAll(text: string): void;
  /** Leaves every job whose handler has not ended to another worker. */
  letGo(): void;
  /** Puts a failure into the spool for every job whose handler has not ended: the process ends at this moment. */
  failInSpool(text: string): void;
  /** Handlers that have not ended, even those of stopped jobs. */
  readonly atWork: ReadonlySet<Promise<unknown>>;
}

/** The jobs of one worker. */
export function createJobs(options: ServeOptions, mail: Mail, slots: Slots, ending: Ending): Jobs {
  const { settings, log, spool } = mail;
  const { workerId } = settings;
  const atWork = new Set<Promise<unknown>>();

  async function run(job: TakenJob): Promise<void> {
    const slot = slots.open(job.id);
    const { signal } = slot.controller;
    if (ending.letGo.aborted) slot.controller.abort(letGoReason);
    else log({ level: "info", message: "Started.", jobId: job.id });
    const channel = jobChannel(job.id, mail, signal);
    await conclude(slot, await runJob(job, { options, identity: settings, channel, signal, log, atWork }));
  }

  async function conclude(slot: Slot, outcome: Outcome): Promise<void> {
    const { jobId } = slot;
    slot.hasOutcome = true;
    if (outcome.kind === "stopped") log({ level: "info", message: "Stopped.", jobId });
    else {
      const { body, isStream, hasFailed, wantsRefresh } = outcome;
      // Before the result: whoever gets it may end this worker at once, and a job that it takes until then is lost.
      if (wantsRefresh) ending.finish();
      await deliverResult({ jobId, workerId, isStream, body }, mail, ending.letGo);
      log({ level: "info", message: hasFailed ? "Failed." : "Finished.", jobId });
    }
    slots.close(slot);
  }

  return {
    atWork,
    start: (job) => void run(job),
    reject({ id: jobId, problem }) {
      log({ level: "error", message: `A job cannot be run. ${problem}`, ...(jobId !== undefined && { jobId }) });
      if (jobId === undefined || slots.find(jobId) !== undefined) return;
      const outcome = { kind: "result", isStream: false, hasFailed: true, wantsRefresh: false } as const;
      void conclude(slots.open(jobId), { ...outcome, body: failureBody(problem) });
    },
    stop(jobId) {
      const slot = slots.find(jobId);
      if (slot !== undefined && !slot.hasOutcome) slot.controller.abort(new Error("The job was stopped."));
    },
    failAll(text) {
      for (const { controller } of slots.unfinished) controller.abort(new JobFailure(text));
    },
    letGo() {
      for (const { controller } of slots.unfinished) controller.abort(letGoReason);
    },
    failInSpool(text) {
      for (const { jobId } of slots.unfinished) {
        spool.keep({ jobId, workerId, isStream: false, body: failureBody(text) });
      }
    },
  };
}

const letGoReason = new Error("The worker ends.");

function failureBody(text: string): string {
  return bodyOf({ error: JSON.stringify(text), stopPod: false });
}
