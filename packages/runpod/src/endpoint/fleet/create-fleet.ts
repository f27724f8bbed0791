import { randomBytes } from "node:crypto";
import type { Endpoint, WorkerSighting } from "#endpoint/endpoint.js";
import { monotonicNow } from "#endpoint/monotonic-now.js";
import type { JobStore } from "#endpoint/stores/job-store.js";
import { platformLimits } from "#protocol.js";
import { decideScale, type ScaledWorker, type ScaleRules } from "./decide-scale.js";
import { startProcess, type StartProcess, type WorkerProcess } from "./worker-process.js";

/** What a fleet needs. */
export interface FleetOptions extends Partial<ScaleRules> {
  readonly endpoint: Pick<Endpoint, "id" | "workers" | "workerGone">;
  readonly store: Pick<JobStore, "counts" | "subscribe">;
  /** Program and words; no shell reads them. */
  readonly command: readonly [string, ...string[]];
  /** Added to this process's own environment. */
  readonly environment: (workerId: string) => Readonly<Record<string, string>>;
  /** Milliseconds that a worker has to end after SIGTERM before it is killed; default 30 000. */
  readonly stopMs?: number;
  /** A worker of this age that is not heard of, or no more, is ended and replaced; default 420 000, as in the cloud. */
  readonly startMs?: number;
  /** Milliseconds between two looks; default 500. Every job that comes in is a look, too. */
  readonly lookMs?: number;
  /** The endpoint's clock, by which jobs wait; default the process's own, as there. */
  readonly now?: () => number;
  readonly log?: (line: string) => void;
  /** Replaced by tests. */
  readonly start?: StartProcess;
}

/** Workers of an endpoint that run on this machine. They end with this process, even when it is killed. */
export interface Fleet {
  counts(): { readonly initializing: number; readonly throttled: number };
  /** Replaces a worker that asked for it; nothing happens for one that is not of the fleet. */
  replace(workerId: string): void;
  /** Ends every worker and waits for them. */
  close(): Promise<void>;
}

/** Milliseconds without a new worker after the first that failed; doubled by each further one, up to a minute. */
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A worker that lived so long did start. */
const settledMs = 60_000;

interface Member {
  readonly workerId: string;
  readonly process: WorkerProcess;
  readonly startedAt: number;
  isStopping: boolean;
  idleSince: number | undefined;
}

/** Starts, scales and ends workers, so that a machine with a GPU becomes an endpoint. */
export function createFleet(options: FleetOptions): Fleet {
  const { endpoint, store, log = () => undefined, now = monotonicNow, start = startProcess } = options;
  const { min = 0, max = 1, idleTimeoutMs = 5_000, queueDelayMs = 4_000, stopMs = 30_000 } = options;
  const { startMs = platformLimits.initSeconds * 1_000 } = options;
  const rules: ScaleRules = { min, max, idleTimeoutMs, queueDelayMs };
  const members = new Map<string, Member>();
  const departures = new Set<Promise<void>>();
  let [failures, pausedUntil, isClosed, looking] = [0, 0, false, undefined as Promise<void> | undefined];
  let isLookWanted = false;

  const launch = (): void => {
    const workerId = `${endpoint.id}-${randomBytes(4).toString("hex")}`;
    const env = { ...process.env, ...options.environment(workerId) };
    const member = {
      workerId,
      process: start(options.command, env),
      startedAt: now(),
      isStopping: false,
      idleSince: undefined,
    };
    members.set(workerId, member);
    log(`Worker ${workerId} starts.`);
    const departure = member.process.ended.then((how) => gone(member, how)).finally(() => departures.delete(departure));
    departures.add(departure);
  };

  const gone = async (member: Member, how: string): Promise<void> => {
    members.delete(member.workerId);
    log(`Worker ${member.workerId} ended: ${how}.`);
    // One that ends well without a single request would be started again and again.
    const isFailure = !member.isStopping && (how !== "status 0" || !isSeen(member.workerId));
    if (isFailure) {
      failures = now() - member.startedAt >= settledMs ? 1 : failures + 1;
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      pausedUntil = now() + pauseMs;
      log(
        `Next worker in ${pauseMs / 1000} s, because this one ${how === "status 0" ? "asked for no job" : "failed"}.`,
      );
    } else failures = 0;
    await endpoint
      .workerGone(member.workerId)
      .catch((thrown: Error) => log(`Its jobs wait for their lease: ${thrown.message}`));
  };

  const stop = (member: Member): void => {
    if (member.isStopping) return;
    member.isStopping = true;
    member.process.stop(stopMs);
  };

  const scaledOf = (member: Member, sighting: WorkerSighting | undefined): ScaledWorker => {
    const { workerId } = member;
    if (sighting === undefined && !member.isStopping && now() - member.startedAt >= startMs) {
      log(`Worker ${workerId} is not heard of; it is ended.`);
      stop(member);
    }
    const isIdle = sighting !== undefined && !sighting.isBusy;
    member.idleSince = isIdle ? (member.idleSince ?? now()) : undefined;
    if (member.isStopping) return { workerId, state: "stopping" };
    if (sighting === undefined) return { workerId, state: "starting" };
    const { idleSince } = member;
    return idleSince === undefined ? { workerId, state: "busy" } : { workerId, state: "idle", idleSince };
  };

  const look = async (): Promise<void> => {
    if (isClosed) return;
    const seen = new Map(endpoint.workers().map((sighting) => [sighting.workerId, sighting]));
    const workers = [...members.values()].map((member) => scaledOf(member, seen.get(member.workerId)));
    const { inQueueUrgent: waitingJobs, oldestUrgentAt: oldestAt } = await store.counts(endpoint.id);
    if (isClosed) return;
    const facts = { now: now(), workers, waitingJobs, ...(oldestAt !== undefined && { oldestAt }) };
    const decision = decideScale(facts, rules);
    if (now() >= pausedUntil) for (let n = 0; n < decision.start; n++) launch();
    for (const workerId of decision.stop) stop(members.get(workerId)!);
  };

  const lookSoon = (): void => {
    isLookWanted = true;
    looking ??= (async () => {
      while (isLookWanted) {
        isLookWanted = false;
        await look().catch((thrown: Error) => log(`The queue could not be looked at: ${thrown.message}`));
      }
      looking = undefined;
    })();
  };

  const timer = setInterval(lookSoon, options.lookMs ?? 500);
  const unsubscribe = store.subscribe(({ kind }) => kind === "queued" && lookSoon());
  lookSoon();

  return {
    counts: () => ({
      initializing: [...members.values()].filter(({ workerId }) => !isSeen(workerId)).length,
      throttled: now() < pausedUntil ? 1 : 0,
    }),
    replace: (workerId) => {
      const member = members.get(workerId);
      if (member !== undefined) stop(member);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      unsubscribe();
      if (members.size > 0) log(`Workers that end now, within ${stopMs / 1000} s: ${members.size}.`);
      for (const member of members.values()) stop(member);
      await Promise.all(departures);
    },
  };

  function isSeen(workerId: string): boolean {
    return endpoint.workers().some((sighting) => sighting.workerId === workerId);
  }
}
