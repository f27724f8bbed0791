import { workerParameters, type TakenJob } from "#protocol.js";
import { backOffMs, sleep } from "./back-off.js";
import type { Log } from "./log.js";
import { readTake, type BrokenJob, type Take } from "./read-take.js";
import type { Pace } from "./seams.js";
import type { Sender } from "./send.js";
import type { EndpointSettings } from "./settings.js";
import type { Slots } from "./slots.js";
import { withQuery } from "./worker-urls.js";

/** What taking jobs needs. */
export interface Taking {
  readonly settings: EndpointSettings;
  readonly sender: Sender;
  readonly slots: Slots;
  readonly concurrency: () => Promise<number>;
  /** Aborted: no further job is taken. */
  readonly ended: AbortSignal;
  readonly maxRefusals: number;
  readonly pace: Pace;
  readonly log: Log;
  /** Starts a job. */
  readonly start: (job: TakenJob) => void;
  /** Fails a job that cannot be run. */
  readonly reject: (job: BrokenJob) => void;
}

/** The body of one `/runsync` may have 20 MB. */
const maxJobBytes = 25_000_000;
/** Of a batch, however many jobs are wanted. */
const maxBatchBytes = 250_000_000;

/**
 * Takes jobs until told to end; one poll at a time, and the next one the moment a job ends.
 * @returns `refused` when the endpoint did not accept the key so often that it never will.
 */
export async function takeJobs(taking: Taking): Promise<"ended" | "refused"> {
  const { settings, sender, slots, ended, pace } = taking;
  const tally = { failures: 0, refusals: 0, quickEmpties: 0 };
  while (!ended.aborted) {
    const limit = await taking.concurrency();
    const wanted = limit - slots.size;
    if (wanted < 1) {
      // Told to end while the limit was asked for: nobody will wake this again.
      if (!ended.aborted) await slots.nextEnd();
      continue;
    }
    const startedMs = performance.now();
    const sent = await sender.send({
      method: "GET",
      url: takeUrl(settings, wanted, slots.size > 0),
      timeoutMs: pace.pollTimeoutMs,
      maxReplyBytes: Math.min(maxJobBytes * wanted, maxBatchBytes),
      unlessReplied: ended,
    });
    let take = readTake(sent);
    if (take.kind === "jobs") {
      await startAll(taking, take, limit);
      // A server that gives out nothing but what cannot be run is no better than one that fails.
      if (take.jobs.length === 0) take = { kind: "failed", why: "no job that can be run", isBadRequest: false };
    }
    const wasHeld = performance.now() - startedMs >= pace.heldMs;
    count(tally, take, wasHeld, taking);
    if (tally.refusals >= taking.maxRefusals) return "refused";
    const pauseMs = pauseAfter(take, tally, pace);
    if (pauseMs > 0) await sleep(pauseMs, ended);
  }
  return "ended";
}

function takeUrl({ takeUrl, takeBatchUrl }: EndpointSettings, wanted: number, isBusy: boolean): string {
  const busy = { [workerParameters.isBusy]: isBusy ? 1 : 0 };
  if (wanted === 1 || takeBatchUrl === undefined) return withQuery(takeUrl, busy);
  return withQuery(takeBatchUrl, { [workerParameters.batchSize]: wanted, ...busy });
}

/** Jobs that have arrived are run even when this worker is told to end, and even when they are more than it asked for. */
async function startAll(taking: Taking, take: Take & { kind: "jobs" }, limit: number): Promise<void> {
  const { slots, log } = taking;
  for (const job of take.broken) taking.reject(job);
  for (const job of take.jobs) {
    if (slots.find(job.id) !== undefined) {
      log({ level: "warn", message: "The endpoint gave out this job again while it runs.", jobId: job.id });
      continue;
    }
    while (slots.size >= limit) await slots.nextEnd();
    taking.start(job);
  }
}

interface Tally {
  failures: number;
  refusals: number;
  quickEmpties: number;
}

function count(tally: Tally, take: Take, wasHeld: boolean, { log }: Taking): void {
  const hasFailed = take.kind === "failed" || take.kind === "refused" || take.kind === "too-many";
  tally.quickEmpties = take.kind === "empty" && !wasHeld ? tally.quickEmpties + 1 : 0;
  // Whatever else happens between two refusals, only an accepted key ends the row.
  if (take.kind === "refused") tally.refusals++;
  else if (take.kind === "jobs" || take.kind === "empty") tally.refusals = 0;
  if (!hasFailed) {
    if (tally.failures > 0 && take.kind !== "ended") log({ level: "info", message: "The endpoint answers again." });
    tally.failures = 0;
    return;
  }
  tally.failures++;
  // Powers of two: an endpoint that is away all night leaves a dozen lines.
  if (Number.isInteger(Math.log2(tally.failures))) {
    log({ level: "warn", message: `No job could be taken (${reasonOf(take)}), ${tally.failures} in a row.` });
  }
}

function reasonOf(take: Take): string {
  if (take.kind === "failed") return take.why;
  return take.kind === "refused" ? `status ${take.status}` : "status 429";
}

function pauseAfter(take: Take, { failures, quickEmpties }: Tally, pace: Pace): number {
  switch (take.kind) {
    case "too-many":
      return Math.max(take.retryAfterMs ?? pace.tooManyRequestsMs, backOffMs(failures, pace));
    case "failed":
      return backOffMs(failures, pace, take.isBadRequest ? pace.badRequestMaxMs : pace.backOffMaxMs);
    case "refused":
      return backOffMs(failures, pace);
    case "empty":
      return quickEmpties === 0 ? 0 : backOffMs(quickEmpties, pace, pace.emptyMaxMs, pace.emptyFirstMs);
    case "jobs":
    case "hung":
    case "ended":
      return 0;
  }
}
