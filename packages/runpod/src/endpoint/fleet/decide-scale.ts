/** A worker of the fleet, as the scaler sees it. */
export interface ScaledWorker {
  readonly workerId: string;
  /** `starting` until it asks for its first job; `stopping` once it was told to end. */
  readonly state: "starting" | "idle" | "busy" | "stopping";
  /** Since when it has had nothing to do; only when `idle`. */
  readonly idleSince?: number;
}

/** How many workers there may be, and when there are more or fewer. */
export interface ScaleRules {
  /** Always there; default 0. */
  readonly min: number;
  /** Never more; default 1. */
  readonly max: number;
  /** A worker above `min` ends after so long without a job. */
  readonly idleTimeoutMs: number;
  /** Another worker starts when a job has waited so long; the first one starts at once. */
  readonly queueDelayMs: number;
}

/** What the scaler is told. */
export interface ScaleFacts {
  readonly now: number;
  readonly workers: readonly ScaledWorker[];
  /** Jobs that wait and may ask for a worker. */
  readonly waitingJobs: number;
  /** When the oldest of them came in. */
  readonly oldestAt?: number;
}

/** What to do. */
export interface ScaleDecision {
  readonly start: number;
  readonly stop: readonly string[];
}

/** The queue-delay scaler: pure, so that every case is a line of a test. */
export function decideScale(facts: ScaleFacts, rules: ScaleRules): ScaleDecision {
  const present = facts.workers.filter(({ state }) => state !== "stopping");
  const start = wanted(facts, rules, present) - present.length;
  if (start > 0) return { start, stop: [] };
  return { start: 0, stop: superfluous(facts, rules, present) };
}

function wanted(
  { now, waitingJobs, oldestAt }: ScaleFacts,
  rules: ScaleRules,
  present: readonly ScaledWorker[],
): number {
  const ready = present.filter(({ state }) => state !== "busy").length;
  const isFirst = present.length === 0;
  const hasWaited = oldestAt !== undefined && now - oldestAt >= rules.queueDelayMs;
  // One that starts, or has nothing to do, will take the job: nobody is called for it twice.
  const more = waitingJobs > ready && (isFirst || hasWaited) ? 1 : 0;
  return Math.max(Math.min(rules.min, rules.max), Math.min(present.length + more, rules.max));
}

function superfluous({ now, waitingJobs }: ScaleFacts, rules: ScaleRules, present: readonly ScaledWorker[]): string[] {
  if (waitingJobs > 0) return [];
  return present
    .filter(({ idleSince }) => idleSince !== undefined && now - idleSince >= rules.idleTimeoutMs)
    .map(({ workerId }) => workerId)
    .slice(0, Math.max(0, present.length - rules.min));
}
