import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import type { Sql } from "#postgres/database.js";
import { jobChannel } from "./job-names.js";
import type { JobTiming } from "./job-timing.js";

/** Who sits there, and who is told what. */
export interface SeatOptions {
  readonly connection: ClientConfig;
  readonly runner: { readonly id: string; readonly role: string; readonly version: string };
  readonly timing: Pick<JobTiming, "beatMs" | "holdMs" | "takeoverMs">;
  now(): Date;
  /** A `JobNews`. */
  onNews(news: string): void;
  /** The seat is held, or held again; or its connection is new and news may have been missed. */
  onHeld(): void;
  /** The lock is gone for too long: somebody else may begin with this runner's work. */
  onLost(): void;
  /** Somebody else did: there is no way back for this runner. */
  onFenced(): void;
}

/** A runner's place among the runners. */
export interface RunnerSeat {
  /** Whether nobody else can have taken this runner's work. */
  readonly isHeld: boolean;
  /** Gives it up; the row stays. */
  leave(): Promise<void>;
}

/** Before a connection that broke is tried again. */
const retryMs = 100;

/**
 * Takes a runner's seat: a row in `understudy.runner`, and a session lock on a connection of its own that PostgreSQL (14 or newer)
 * frees when the process dies, however it dies. Every beat proves that the lock is still there; a connection that breaks is made
 * anew at once. It must not go through a pooler that shares sessions (PgBouncer in transaction mode).
 * @throws the driver's error when the database cannot be reached at first.
 */
export async function takeSeat(options: SeatOptions): Promise<RunnerSeat> {
  const { runner, timing, now } = options;
  const over = new AbortController();
  let isHeld = false;
  let loss: NodeJS.Timeout | undefined;

  const confirm = (sinceMs: number): void => {
    clearTimeout(loss);
    if (over.signal.aborted) return;
    loss = setTimeout(lose, Math.max(0, timing.holdMs - (performance.now() - sinceMs)));
    const wasHeld = isHeld;
    isHeld = true;
    if (!wasHeld) options.onHeld();
  };
  const lose = (): void => {
    if (!isHeld) return;
    isHeld = false;
    options.onLost();
  };
  const beat = async (sql: Sql): Promise<void> => {
    const sinceMs = performance.now();
    const { rowCount } = await sql.query(
      "update understudy.runner set seen_at = $2 where id = $1 and taken_over_at is null",
      [runner.id, now()],
    );
    if (rowCount === 0) fence();
    else confirm(sinceMs);
  };
  const fence = (): void => {
    over.abort();
    clearTimeout(loss);
    lose();
    options.onFenced();
  };
  const beatUntilBroken = async (session: Session): Promise<void> => {
    while (await session.isWholeAfter(timing.beatMs, over.signal)) await beat(session.sql);
  };
  const stay = async (first: Session): Promise<void> => {
    let session: Session | undefined = first;
    while (!over.signal.aborted) {
      try {
        if (session === undefined) {
          session = await openSession(options);
          await beat(session.sql);
          if (isHeld) options.onHeld();
        }
        await beatUntilBroken(session);
      } catch {
        // A connection that broke, or could not be made: the loss of the seat is what counts, and it has its own clock.
      }
      await session?.end();
      session = undefined;
      await pause(retryMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };

  const first = await openSession(options);
  try {
    await first.sql.query(
      "insert into understudy.runner (id, role, version, started_at, seen_at) values ($1, $2, $3, $4, $4)",
      [runner.id, runner.role, runner.version, now()],
    );
    await beat(first.sql);
  } catch (thrown) {
    await first.end();
    throw thrown;
  }
  const staying = stay(first);
  return {
    get isHeld() {
      return isHeld;
    },
    async leave() {
      clearTimeout(loss);
      isHeld = false;
      over.abort();
      await staying;
    },
  };
}

interface Session {
  readonly sql: Sql;
  /** Resolves when so long has passed, or the connection broke, or the signal aborted. @returns whether it is still of use. */
  isWholeAfter(milliseconds: number, signal: AbortSignal): Promise<boolean>;
  end(): Promise<void>;
}

/** A connection that has the runner's lock and listens. */
async function openSession({ connection, runner, timing, onNews }: SeatOptions): Promise<Session> {
  const client = new Client({
    ...connection,
    keepAlive: true,
    connectionTimeoutMillis: timing.holdMs,
    query_timeout: timing.holdMs,
  });
  const broken = new AbortController();
  client.on("error", () => broken.abort());
  client.on("end", () => broken.abort());
  client.on("notification", ({ payload = "" }) => onNews(payload));
  // A connection into nowhere does not end by itself.
  const end = async (): Promise<void> =>
    void (await Promise.race([client.end().catch(ignore), pause(1_000, undefined, { ref: false })]));
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lockKey("$1")}) as taken`, [
      runner.id,
    ]);
    // The server has not noticed yet that the connection before is dead, or somebody is taking over.
    if (rows[0]?.taken !== true) throw new Error("The runner's lock is taken.");
    // A machine that vanished says no goodbye: PostgreSQL ends the session of a runner that shows no sign of life.
    await client.query("select set_config('idle_session_timeout', $1, false)", [String(timing.takeoverMs)]);
    await client.query(`listen ${jobChannel}`);
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return {
    sql: { query: (text, values) => client.query(text, values as unknown[]) },
    async isWholeAfter(milliseconds, signal) {
      const either = AbortSignal.any([signal, broken.signal]);
      await pause(milliseconds, undefined, { signal: either }).catch(() => undefined);
      return !either.aborted;
    },
    end,
  };
}

function ignore(): void {}

/** The 64-bit key of a runner's lock, as SQL. @param id SQL for the runner's id. */
export function lockKey(id: string): string {
  return `hashtextextended('understudy.runner/' || ${id}, 0)`;
}
