import type { JobRecord } from "#endpoint/stores/job-record.js";

/** A job of the model. `place` orders the queue; `due` is when its webhook is. */
interface ModelJob {
  readonly id: string;
  readonly lowPriority: boolean;
  readonly key: string | undefined;
  readonly webhook: boolean;
  readonly executionTimeoutMs: number;
  readonly expiresAt: number;
  readonly keepResultMs: number;
  status: JobRecord["status"];
  createdAt: number;
  place: number;
  worker?: string | undefined;
  startedAt: number;
  finishedAt: number;
  lease: number;
  attempts: number;
  takeovers: number;
  output?: string | undefined;
  due: number;
  tries: number;
  isClaimed: boolean;
  waiting: { readonly output: string; readonly sequence: number }[];
  seen: Set<number>;
}

/** What the model and a store must agree on after every act. */
export interface ModelView {
  readonly id: string;
  readonly status: JobRecord["status"];
  readonly workerId: string | undefined;
  readonly attempts: number;
  readonly takeovers: number;
  readonly output: string | undefined;
}

/** The rules of a job store in the plainest form: one list, searched from the start for everything. For one endpoint. */
export class JobStoreModel {
  jobs: ModelJob[] = [];
  stops: { worker: string; id: string }[] = [];
  totals = { completed: 0, failed: 0, retried: 0 };
  #places = 0;

  views(): readonly ModelView[] {
    return this.jobs.map(({ id, status, worker, attempts, takeovers, output }) => {
      return { id, status, workerId: worker, attempts, takeovers, output };
    });
  }

  submit(
    job: Pick<
      ModelJob,
      "id" | "lowPriority" | "key" | "webhook" | "executionTimeoutMs" | "expiresAt" | "keepResultMs" | "createdAt"
    >,
  ): string {
    const known = this.jobs.find(({ key }) => key !== undefined && key === job.key);
    if (known) return known.id;
    this.jobs.push({ ...job, status: "IN_QUEUE", place: this.#places++, takeovers: 0, seen: new Set(), ...fresh() });
    return job.id;
  }

  take(
    takers: readonly { readonly workerId: string; readonly limit: number }[],
    now: number,
    lease: number,
  ): string[][] {
    const lists = takers.map((): string[] => []);
    const queue = this.jobs
      .filter((job) => job.status === "IN_QUEUE" && job.expiresAt > now)
      .sort((a, b) => Number(a.lowPriority) - Number(b.lowPriority) || a.place - b.place);
    for (let round = 1; round <= 9; round++) {
      for (const [index, { workerId, limit }] of takers.entries()) {
        const job = limit >= round ? queue.shift() : undefined;
        if (!job) continue;
        Object.assign(job, {
          status: "IN_PROGRESS",
          worker: workerId,
          startedAt: now,
          lease,
          attempts: job.attempts + 1,
        });
        this.stops = this.stops.filter((stop) => stop.worker !== workerId || stop.id !== job.id);
        lists[index]?.push(job.id);
      }
    }
    return lists;
  }

  giveBack(id: string, worker: string): void {
    const job = this.#held(id, worker);
    if (!job) return;
    Object.assign(job, { status: "IN_QUEUE", worker: undefined, output: undefined, attempts: job.attempts - 1 });
  }

  end(id: string, worker: string, status: "COMPLETED" | "FAILED", output: string | undefined, now: number): string {
    const job = this.#find(id);
    if (!job) return "unknown";
    const isOpen = job.status === "IN_QUEUE" || job.status === "IN_PROGRESS";
    if (!this.#held(id, worker)) {
      if (!isOpen || status !== "COMPLETED") return "ignored";
      if (job.status === "IN_PROGRESS") this.#stop(job);
    }
    job.worker = worker;
    this.#end(job, status, output, now);
    return "ended";
  }

  progress(id: string, worker: string, output: string, lease: number): boolean {
    const job = this.#alive(id, worker, lease);
    if (job) job.output = output;
    return job !== undefined;
  }

  addChunk(
    id: string,
    worker: string,
    output: string,
    sequence: number | undefined,
    maxBytes: number,
    lease: number,
  ): boolean {
    const job = this.#alive(id, worker, lease);
    if (!job) return false;
    if (sequence !== undefined && job.seen.has(sequence)) return true;
    if (job.waiting.reduce((sum, chunk) => sum + chunk.output.length, 0) >= maxBytes) return false;
    if (sequence !== undefined) job.seen.add(sequence);
    job.waiting.push({ output, sequence: sequence ?? 1e9 });
    return true;
  }

  drain(id: string): { readonly status: string; readonly chunks: readonly string[] } | undefined {
    const job = this.#find(id);
    const chunks = job?.waiting.sort((a, b) => a.sequence - b.sequence).map(({ output }) => output) ?? [];
    if (job) job.waiting = [];
    return job && { status: job.status, chunks };
  }

  cancel(id: string, now: number): boolean | undefined {
    const job = this.#find(id);
    if (job?.status === "IN_PROGRESS") this.#stop(job);
    const isOpen = job?.status === "IN_PROGRESS" || job?.status === "IN_QUEUE";
    if (job && isOpen) this.#end(job, "CANCELLED", undefined, now);
    return job && isOpen;
  }

  retry(id: string, now: number): boolean | undefined {
    const job = this.#find(id);
    if (job?.status !== "FAILED" && job?.status !== "TIMED_OUT") return job && false;
    Object.assign(
      job,
      { status: "IN_QUEUE", worker: undefined, place: this.#places++, createdAt: now, takeovers: 0, seen: new Set() },
      fresh(),
    );
    this.totals.retried++;
    return true;
  }

  purge(): number {
    const before = this.jobs.length;
    this.jobs = this.jobs.filter(({ status }) => status !== "IN_QUEUE");
    return before - this.jobs.length;
  }

  takeStops(worker: string): string[] {
    const mine = this.stops.filter((stop) => stop.worker === worker);
    this.stops = this.stops.filter((stop) => stop.worker !== worker);
    return mine.map(({ id }) => id);
  }

  touch(worker: string, ids: readonly string[], lease: number): void {
    for (const id of ids) {
      const isAlive = this.#alive(id, worker, lease) !== undefined;
      const { status = "gone", worker: last } = this.#find(id) ?? {};
      const isItsOwnEnd = (status === "COMPLETED" || status === "FAILED") && last === worker;
      if (!isAlive && status !== "IN_QUEUE" && !isItsOwnEnd) this.#stop({ worker, id });
    }
  }

  extendLeases(lease: number): void {
    for (const job of this.jobs) job.lease = Math.max(job.lease, lease);
  }

  abandon(worker: string, now: number, maxAttempts: number): void {
    for (const job of this.jobs) {
      if (job.status === "IN_PROGRESS" && job.worker === worker) this.#takeBack(job, now, maxAttempts);
    }
  }

  sweep(now: number, maxAttempts: number) {
    const report = { requeued: 0, failed: 0, timedOut: 0, removed: 0 };
    for (const job of this.jobs) {
      const forget = () => {
        const isKept = job.due < Infinity || job.finishedAt + job.keepResultMs > now;
        if (job.expiresAt > now && isKept) return false;
        if (job.status === "IN_PROGRESS") this.#stop(job);
        this.jobs = this.jobs.filter((other) => other !== job);
        report.removed++;
        return true;
      };
      if (forget() || job.status !== "IN_PROGRESS") continue;
      if (job.startedAt + job.executionTimeoutMs <= now) {
        this.#stop(job);
        this.#end(job, "TIMED_OUT", undefined, now);
        report.timedOut++;
      } else if (job.lease <= now) {
        report[this.#takeBack(job, now, maxAttempts)]++;
      }
      forget();
    }
    return report;
  }

  claim(now: number, limit: number, claimedUntil: number): { readonly id: string; readonly attempt: number }[] {
    const due = this.jobs.filter((job) => job.due <= now).sort((a, b) => a.due - b.due || a.place - b.place);
    return due.slice(0, limit).map((job) => {
      Object.assign(job, { due: claimedUntil, tries: job.tries + 1, isClaimed: true });
      return { id: job.id, attempt: job.tries };
    });
  }

  settle(id: string, retryAt: number | undefined, givenTries = 0): void {
    const job = this.#find(id);
    if (job?.isClaimed)
      Object.assign(job, { due: retryAt ?? Infinity, tries: job.tries - givenTries, isClaimed: false });
  }

  counts() {
    const queue = this.jobs.filter(({ status }) => status === "IN_QUEUE");
    const urgent = queue.filter(({ lowPriority }) => !lowPriority).sort((a, b) => a.place - b.place);
    return {
      inQueue: queue.length,
      inQueueUrgent: urgent.length,
      inProgress: this.jobs.filter(({ status }) => status === "IN_PROGRESS").length,
      ...this.totals,
      ...(urgent[0] && { oldestUrgentAt: urgent[0].createdAt }),
    };
  }

  #find(id: string): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id);
  }

  #held(id: string, worker: string): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id && job.status === "IN_PROGRESS" && job.worker === worker);
  }

  #alive(id: string, worker: string, lease: number): ModelJob | undefined {
    const job = this.#held(id, worker);
    if (job) job.lease = Math.max(job.lease, lease);
    return job;
  }

  #stop({ worker = "", id }: Pick<ModelJob, "worker" | "id">): void {
    if (!this.stops.some((stop) => stop.worker === worker && stop.id === id)) this.stops.push({ worker, id });
  }

  #end(job: ModelJob, status: JobRecord["status"], output: string | undefined, now: number): void {
    if (status === "COMPLETED") this.totals.completed++;
    else if (status !== "CANCELLED") this.totals.failed++;
    Object.assign(job, {
      status,
      output,
      finishedAt: now,
      due: job.webhook ? now : Infinity,
      tries: 0,
      isClaimed: false,
    });
  }

  #takeBack(job: ModelJob, now: number, maxAttempts: number): "failed" | "requeued" {
    if (job.attempts >= maxAttempts) {
      this.#end(job, "FAILED", undefined, now);
      return "failed";
    }
    Object.assign(job, { status: "IN_QUEUE", output: undefined, takeovers: job.takeovers + 1 });
    this.totals.retried++;
    return "requeued";
  }
}

function fresh() {
  return {
    startedAt: Infinity,
    finishedAt: Infinity,
    lease: 0,
    attempts: 0,
    output: undefined,
    due: Infinity,
    tries: 0,
    isClaimed: false,
    waiting: [],
  };
}
