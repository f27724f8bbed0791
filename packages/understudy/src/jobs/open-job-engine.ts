import { randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { sqlOf, type Database } from "#postgres/database.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { openDbosPool } from "./dbos-pool.js";
import { startDbos } from "./dbos-process.js";
import { openJobBook, type JobBook } from "./job-book.js";
import type { JobEngine, RenderJobTicket, RenderWork } from "./job-engine.js";
import { jobNews } from "./job-names.js";
import { jobTiming, type JobTiming } from "./job-timing.js";
import { prepareJobTables } from "./prepare-job-tables.js";
import { takeSeat, type RunnerSeat } from "./runner-seat.js";
import { watchRunners } from "./runner-watch.js";
import { repeatEvery } from "./repeat-every.js";
import { createRunsInWork } from "./runs-in-work.js";
import { findStale } from "./stale-runs.js";

/** How a process takes part in the work. */
export interface JobEngineOptions {
  readonly database: Database;
  /** `api` submits and cancels; the others make renders, too. */
  readonly role: "api" | "runner" | "all";
  /** Default: random. Two runners never have the same, at no time. */
  readonly runnerId?: string;
  /** Of the software; for people to read. */
  readonly version: string;
  /** Renders in work at a time in this process; 1 or more, default 1. */
  readonly concurrency?: number;
  /** Keeps what children made, below `renderKeys.work`. */
  readonly artifacts: ArtifactStore;
  readonly work: RenderWork;
  readonly log: ServiceLog;
  now(): Date;
  /** Renders that wait by their row: those whose submission was lost are submitted again. */
  waiting?(): Promise<readonly RenderJobTicket[]>;
  /** Another runner took over: this one makes nothing any more, and its process had better end. Called once. */
  onFenced?(): void;
  readonly timing?: Partial<JobTiming>;
}

/**
 * Opens the engine on DBOS. DBOS keeps its state once per process, so one process has at most one engine that makes renders, and
 * may open another when that is closed; engines with the role `api` do without and may be many.
 * @throws UnderstudyError `internal-error` for a second one, the driver's error when the database cannot be reached.
 */
export async function openJobEngine(options: JobEngineOptions): Promise<JobEngine> {
  const { database, log, role } = options;
  await prepareJobTables(database.url);
  const dbosPool = openDbosPool(database);
  const book = await openJobBook(database, dbosPool, log);
  const closeBook = async (): Promise<void> => {
    await book.close();
    await dbosPool.end();
  };
  const { submit, cancel } = book;
  if (role === "api") return { submit, cancel, runningCount: 0, close: once(closeBook) };
  try {
    const runner = await startRunner(options, book, dbosPool);
    return {
      submit,
      cancel,
      get runningCount() {
        return runner.runningCount;
      },
      close: once(async (drainSeconds: number) => {
        await runner.close(drainSeconds);
        await closeBook();
      }),
    };
  } catch (thrown) {
    await closeBook();
    throw thrown;
  }
}

interface Runner {
  readonly runningCount: number;
  close(drainSeconds: number): Promise<void>;
}

async function startRunner(options: JobEngineOptions, book: JobBook, dbosPool: Pool): Promise<Runner> {
  const { database, role, version, log, now, concurrency = 1 } = options;
  const runnerId = options.runnerId ?? `runner_${randomBytes(8).toString("hex")}`;
  const timing = { ...jobTiming, ...options.timing };
  let seat: RunnerSeat | undefined;
  const watch = watchRunners(database.pool, runnerId, timing);
  const runs = createRunsInWork({
    ...options,
    timing,
    runnerId,
    mayBegin: () => seat?.isHeld === true,
    onStopped: () => void book.announce().catch(report),
  });
  const report = (thrown: unknown): void => log.warn({ component: "jobs", error: thrown }, "a look at the jobs failed");

  // DBOS marks a run as begun and then begins it: when the connection breaks in between, nobody ever does.
  const stale = findStale(timing.lostMs);

  const takeMore = async (): Promise<void> => {
    const room = concurrency - runs.ids.length;
    if (room > 0 && seat?.isHeld && runs.isOpen) await book.assign(runnerId, room, runs.ids);
  };
  const lookAfterOwn = async (): Promise<void> => {
    const { cancelled, taken, others } = await book.newsOf(runnerId, runs.ids);
    cancelled.forEach(runs.cancel);
    taken.forEach(runs.abandon);
    const lost = stale.of(others.filter((id) => !runs.ids.includes(id)));
    const ids = [...new Set([...runs.unfinishedIds, ...lost])];
    if (ids.length > 0) await book.giveBack(runnerId, ids);
    runs.forgetUnfinished(ids);
  };
  const lookAfterOthers = async (): Promise<void> => {
    for (const id of await watch.look(now())) log.warn({ runnerId: id }, "took over the work of a dead runner");
    for (const id of await book.absentRunners()) {
      await book.giveBack(id);
      await book.closeQueue(id);
    }
  };
  const lookAround = async (): Promise<void> => {
    if (!seat?.isHeld) return;
    await lookAfterOwn();
    await lookAfterOthers();
  };
  const submitOverlooked = async (): Promise<void> => {
    const waiting = (await options.waiting?.()) ?? [];
    for (const ticket of await book.unknownOf(waiting)) await book.submit(ticket);
  };

  const taking = repeatEvery(timing.beatMs, takeMore, report);
  const looking = repeatEvery(timing.beatMs, lookAround, report);
  const submitting = repeatEvery(timing.overlookedMs, submitOverlooked, report);
  const stopRepeating = () => Promise.all([taking.stop(), looking.stop(), submitting.stop()]);

  const sit = () =>
    takeSeat({
      connection: database.connection,
      runner: { id: runnerId, role, version },
      timing,
      now,
      onNews(news) {
        const cancelled = jobNews.cancelled(news);
        if (cancelled === undefined) taking.soon();
        else runs.cancel(cancelled);
      },
      onHeld() {
        watch.forget();
        looking.soon();
        taking.soon();
      },
      onLost() {
        log.warn({ runnerId }, "lost the database for too long: the renders in work stop, and go on later");
        runs.abandonAll();
      },
      onFenced() {
        log.error({ runnerId }, "another runner took over: this one stops");
        runs.shut();
        options.onFenced?.();
      },
    });
  /** While the database is away, or when others took over, they tidy up. */
  const leave = async (): Promise<void> => {
    await stopRepeating();
    const isOurs = seat?.isHeld === true;
    if (isOurs) await book.giveBack(runnerId).catch(report);
    await seat?.leave();
    if (!isOurs) return;
    await removeRunner(database, runnerId).catch(report);
    await book.closeQueue(runnerId).catch(report);
  };
  let stopDbos: () => Promise<void>;
  try {
    await book.openQueue(runnerId, timing.pollingMs);
    seat = await sit();
    stopDbos = await startDbos({ dbosPool, runnerId, log, perform: runs.perform });
  } catch (thrown) {
    await leave();
    throw thrown;
  }
  taking.soon();
  submitting.soon();
  return {
    get runningCount() {
      return runs.ids.length;
    },
    async close(drainSeconds) {
      runs.shut();
      await runs.drain(1_000 * drainSeconds);
      await stopDbos();
      await leave();
    },
  };
}

/** One that others took over stays on record. */
async function removeRunner({ pool }: Database, runnerId: string): Promise<void> {
  await sqlOf(pool).query("delete from understudy.runner where id = $1 and taken_over_at is null", [runnerId]);
}

/** The same promise for every call after the first. */
function once<Arguments extends unknown[]>(act: (...given: Arguments) => Promise<void>) {
  let done: Promise<void> | undefined;
  return (...given: Arguments): Promise<void> => (done ??= act(...given));
}
