import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "#postgres/database.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { unsettled } from "./dbos-process.js";
import { createDurableRun } from "./durable-run.js";
import type { RenderJobTicket, RenderWork } from "./job-engine.js";
import { workflowIdOf } from "./job-names.js";
import type { JobTiming } from "./job-timing.js";
import { keptChildrenOf } from "./kept-children.js";
import { beginLife, type RunLife } from "./run-life.js";

/** The runs that this process works on; those that were told to stop count until they have. */
export interface RunsInWork {
  readonly ids: readonly string[];
  /** Runs that stopped here before their end, and may still be this runner's in the book. */
  readonly unfinishedIds: readonly string[];
  /** Those were given back. */
  forgetUnfinished(ids: readonly string[]): void;
  readonly isOpen: boolean;
  /** Works on a run; resolves at its end, and never when it stopped before. */
  perform(ticket: Pick<RenderJobTicket, "renderId" | "run">): Promise<void>;
  cancel(id: string): void;
  abandon(id: string): void;
  abandonAll(): void;
  /** Begins no more. */
  shut(): void;
  /** Waits at most so long, abandons the rest, and waits for that, too. */
  drain(milliseconds: number): Promise<void>;
}

/** What they are worked on with. */
export interface RunsInWorkOptions {
  readonly database: Pick<Database, "pool">;
  readonly artifacts: ArtifactStore;
  readonly work: RenderWork;
  readonly runnerId: string;
  readonly log: ServiceLog;
  readonly timing: Pick<JobTiming, "againMs" | "unwindMs">;
  now(): Date;
  /** Whether this runner may begin something. */
  mayBegin(): boolean;
  /** There is room for another. */
  onStopped(): void;
}

interface InWork {
  readonly life: RunLife;
  readonly stopped: Promise<void>;
}

/** No runs yet. */
export function createRunsInWork(options: RunsInWorkOptions): RunsInWork {
  const { onStopped, timing } = options;
  const inWork = new Map<string, InWork>();
  const unfinished = new Set<string>();
  let isOpen = true;

  const abandonAll = (): void => {
    for (const { life } of inWork.values()) life.abandon();
  };
  const settle = async (milliseconds: number): Promise<void> => {
    const over = new AbortController();
    const all = Promise.all([...inWork.values()].map(({ stopped }) => stopped)).then(() => over.abort());
    await Promise.race([all, pause(milliseconds, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
  };
  return {
    get ids() {
      return [...inWork.keys()];
    },
    get unfinishedIds() {
      return [...unfinished];
    },
    forgetUnfinished: (ids) => ids.forEach((id) => unfinished.delete(id)),
    get isOpen() {
      return isOpen;
    },
    async perform(ticket) {
      const id = workflowIdOf(ticket);
      // It came back to this runner while its life before still comes to its end.
      await inWork.get(id)?.stopped;
      if (!isOpen || !options.mayBegin()) {
        unfinished.add(id);
        return unsettled;
      }
      const life = beginLife();
      const stopped = live(ticket, life, options);
      inWork.set(id, { life, stopped });
      await stopped;
      inWork.delete(id);
      if (life.abandoned.aborted) unfinished.add(id);
      onStopped();
      return life.abandoned.aborted ? unsettled : undefined;
    },
    cancel: (id) => inWork.get(id)?.life.cancel(),
    abandon: (id) => inWork.get(id)?.life.abandon(),
    abandonAll,
    shut: () => void (isOpen = false),
    async drain(milliseconds) {
      await settle(milliseconds);
      abandonAll();
      await settle(timing.unwindMs);
    },
  };
}

/** Calls the work until it has come to an end: it does not throw for what is wrong with the render. */
async function live(
  ticket: Pick<RenderJobTicket, "renderId" | "run">,
  life: RunLife,
  { work, database, artifacts, runnerId, log, timing, now }: RunsInWorkOptions,
): Promise<void> {
  const { renderId } = ticket;
  const workflowId = workflowIdOf(ticket);
  const children = keptChildrenOf({ pool: database.pool, artifacts, renderId, workflowId, runnerId, now });
  for (let pauseMs = timing.againMs; ; pauseMs = Math.min(2 * pauseMs, 30 * timing.againMs)) {
    try {
      return await work(ticket, createDurableRun({ life, runnerId, children, now }));
    } catch (thrown) {
      if (life.abandoned.aborted) return;
      log.error({ ...ticket, error: thrown }, "the work on a render threw; it is called again");
      await pause(pauseMs, undefined, { signal: life.abandoned }).catch(() => undefined);
      if (life.abandoned.aborted) return;
    }
  }
}
