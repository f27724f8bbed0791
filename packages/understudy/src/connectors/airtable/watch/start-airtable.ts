import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import { setTimeout as pause } from "node:timers/promises";
import type { Caller } from "#access/caller.js";
import { holdsAt, type KeyList } from "#access/key-list.js";
import { createRequestPace } from "#connectors/airtable/client/postgres-request-pace.js";
import { clientFor } from "#connectors/airtable/connections/client-for.js";
import { airtableChannel, type ConnectionList } from "#connectors/airtable/connections/connection-list.js";
import { claimRow, type ClaimServices } from "#connectors/airtable/rows/claim-row.js";
import type { RowBook } from "#connectors/airtable/rows/row-book.js";
import { isLoopback } from "#endpoint/listen-address.js";
import type { JobEngine } from "#jobs/job-engine.js";
import { repeatEvery } from "#jobs/repeat-every.js";
import type { Database } from "#postgres/database.js";
import { listen } from "#postgres/listen.js";
import { assertAddresses, assertMayBegin } from "#renders/check-order.js";
import type { MakeRenderServices } from "#renders/making.js";
import type { ServiceRender } from "#renders/service-render.js";
import { createBell, type Bell } from "./bell.js";
import type { WorkServices } from "./connection-work.js";
import { holdTurn } from "./hold-turn.js";
import { watchBase, type WatchOptions } from "./watch-base.js";

/** What the work on tables in Airtable needs of the service. */
export interface AirtableOptions extends Pick<
  MakeRenderServices,
  "artifacts" | "config" | "dataOf" | "log" | "now" | "policy" | "renders" | "uploads"
> {
  readonly database: Pick<Database, "connection" | "pool">;
  /** Holds the tokens, and `AIRTABLE_ENDPOINT_URL`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keys: Pick<KeyList, "get">;
  readonly jobs: Pick<JobEngine, "cancel">;
  readonly connections: ConnectionList;
  readonly book: RowBook;
  /** Hands a listed render to the runners; what cannot be handed over, their sweeper finds. */
  handOver(render: ServiceRender, caller: Caller): Promise<void>;
  /** Address under which others reach this service, without a slash at its end. */
  publicUrl(): string;
}

/** The work on tables in Airtable. */
export interface AirtableWork {
  /** Waits until rows are told what became of them, as far as nothing keeps them from it, and no longer than that. */
  settle(limitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Between two looks whether all rows were told, in milliseconds. */
const settleLookMs = 100;

/** Between two looks at which bases there are, in milliseconds; changes are told besides. */
const lookMs = 60_000;

/**
 * Works on all connected tables: each base has a watcher in this process, which waits while another process has the turn.
 * @returns what ends that.
 * @throws UnderstudyError `database-unavailable`, or the driver's error.
 */
export async function startAirtable(options: AirtableOptions): Promise<AirtableWork> {
  const { book, database, connections, log } = options;
  const over = new AbortController();
  const watchers = new Map<string, Watcher>();
  const watch = watcherOf(options, over.signal);

  const look = async (): Promise<void> => {
    const bases = new Set((await connections.list()).map(({ baseId }) => baseId));
    for (const baseId of bases) {
      if (!watchers.has(baseId)) watchers.set(baseId, watch(baseId));
    }
    for (const [baseId, watcher] of watchers) {
      if (bases.has(baseId)) continue;
      watchers.delete(baseId);
      await watcher.stop();
    }
  };
  const looks = repeatEvery(lookMs, look, (error) => log.warn({ error }, "the connections to Airtable cannot be read"));
  const tell = (told: string): void => {
    for (const { bell } of watchers.values()) bell.ring(told);
    if (told === "connections") looks.soon();
  };
  // A gap may hold anything.
  const endNews = await listen(database.connection, airtableChannel, {
    onNews: tell,
    onGap: () => tell("connections"),
  });
  looks.soon();
  const hasUntold = async (): Promise<boolean> => {
    const working = (await connections.list()).filter(({ problem }) => problem === undefined);
    for (const { id } of working) if ((await book.due(id, 1)).length > 0) return true;
    return false;
  };
  return {
    async settle(limitMs) {
      const endsAtMs = performance.now() + limitMs;
      while (performance.now() < endsAtMs && (await hasUntold())) await pause(settleLookMs);
    },
    async close() {
      over.abort();
      await looks.stop();
      await endNews();
      await Promise.all([...watchers.values()].map((watcher) => watcher.stop()));
    },
  };
}

interface Watcher {
  readonly bell: Bell;
  stop(): Promise<void>;
}

function watcherOf(options: AirtableOptions, signal: AbortSignal): (baseId: string) => Watcher {
  const { config, database, env, log, policy } = options;
  const { pollSeconds, patienceSeconds } = config.airtable;
  const endpointUrl = env["AIRTABLE_ENDPOINT_URL"] ?? "";
  const pace = createRequestPace(database.pool);
  const cancel = cancelOf(options);
  const claims: ClaimServices = {
    ...options,
    stop: ({ id, run }) => options.jobs.cancel({ renderId: id, run }),
    patienceMs: 1000 * patienceSeconds,
    caller: (connection) => callerOf(connection.keyId, options),
    async checkOrder(order, ownerId) {
      await assertAddresses(order, options, signal);
      await assertMayBegin(order, ownerId, options);
    },
  };
  const onPenalty = (baseId: string, milliseconds: number): void =>
    log.warn({ baseId, milliseconds }, "Airtable wants fewer requests; nobody asks this base for a while");
  const shared: Omit<WatchOptions, "baseId" | "bell" | "signal"> = {
    ...options,
    cancel,
    pollMs: 1000 * pollSeconds,
    isAirtableNear: isLoopback(parseUrl(endpointUrl)?.hostname ?? ""),
    claim: ({ turn, connection }, seen) => claimRow(turn, connection, seen, claims),
    clientOf: (connection, turnSignal) => clientFor(connection, { env, policy, pace, signal: turnSignal, onPenalty }),
    holdTurn: (baseId, wanted) => holdTurn({ connection: database.connection, baseId, signal: wanted }),
    clock: () => performance.now(),
    chance: Math.random,
  };
  return (baseId) => {
    const bell = createBell();
    const stopping = new AbortController();
    const done = watchBase({ ...shared, baseId, bell, signal: AbortSignal.any([signal, stopping.signal]) });
    return {
      bell,
      async stop() {
        stopping.abort();
        await done;
      },
    };
  };
}

async function callerOf(
  keyId: string,
  { keys, now }: Pick<AirtableOptions, "keys" | "now">,
): Promise<Caller | undefined> {
  const key = await keys.get(keyId);
  return key !== undefined && holdsAt(key, now()) ? key : undefined;
}

function cancelOf({ renders, jobs }: Pick<AirtableOptions, "jobs" | "renders">): WorkServices["cancel"] {
  return async (ownerId, id) => {
    const render = await renders.cancel(ownerId, id);
    if (render !== undefined) await jobs.cancel({ renderId: render.id, run: render.run });
  };
}
