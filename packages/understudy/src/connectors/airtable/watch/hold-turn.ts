import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import type { Turn } from "#connectors/airtable/rows/turn.js";
import { transactionOn, type Sql } from "#postgres/database.js";
import { inOurWords } from "#postgres/in-our-words.js";

/** A turn that can be given back. */
export interface HeldTurn extends Turn {
  release(): Promise<void>;
}

/** Whose turn, and how long things may take; all in milliseconds. */
export interface TurnOptions {
  readonly connection: ClientConfig;
  readonly baseId: string;
  /** Whoever wants the turn does not any more. */
  readonly signal: AbortSignal;
  /** Between two tries while somebody else has it; default 1,000. */
  readonly retryMs?: number;
  /** Between two signs of life; default 2,000. */
  readonly beatMs?: number;
  /** After so long without one, PostgreSQL ends the session, as of a machine that vanished; default 10,000. */
  readonly silenceMs?: number;
}

/**
 * Waits for the turn at a base: a session lock on a connection of its own, that PostgreSQL (14 or newer) frees when the process
 * dies, however it dies. It must not go through a pooler that shares sessions. A database that is away is waited for.
 * @throws the signal's reason.
 */
export async function holdTurn(options: TurnOptions): Promise<HeldTurn> {
  const { signal, retryMs = 1_000 } = options;
  for (;;) {
    signal.throwIfAborted();
    const session = await openSession(options).catch(() => undefined);
    if (session !== undefined && (await waitForLock(session, signal, retryMs))) return turnOf(session, options);
    await session?.end();
    await pause(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns false when the session is gone, or nobody wants the lock any more. */
async function waitForLock({ lost, takeLock }: Session, signal: AbortSignal, retryMs: number): Promise<boolean> {
  const either = AbortSignal.any([signal, lost]);
  while (!either.aborted) {
    if (await takeLock().catch(() => false)) return true;
    await pause(retryMs, undefined, { signal: either }).catch(() => undefined);
  }
  return false;
}

interface Session {
  readonly sql: Sql;
  /** Aborted when the connection is gone. */
  readonly lost: AbortSignal;
  takeLock(): Promise<boolean>;
  end(): Promise<void>;
}

async function openSession({ connection, baseId, silenceMs = 10_000 }: TurnOptions): Promise<Session> {
  const client = new Client({
    ...connection,
    keepAlive: true,
    connectionTimeoutMillis: silenceMs,
    query_timeout: silenceMs,
  });
  const lost = new AbortController();
  client.on("error", () => lost.abort());
  client.on("end", () => lost.abort());
  const end = async (): Promise<void> => {
    lost.abort();
    // A connection into nowhere does not end by itself.
    await Promise.race([client.end().catch(() => undefined), pause(1_000, undefined, { ref: false })]);
  };
  try {
    await client.connect();
    await client.query("select set_config(name, $1, false) from unnest($2::text[]) as name", [
      String(silenceMs),
      ["idle_session_timeout", "idle_in_transaction_session_timeout"],
    ]);
  } catch (thrown) {
    await end();
    throw thrown;
  }
  return {
    sql: { query: (text, values) => client.query(text, values as unknown[]).catch(inOurWords) },
    lost: lost.signal,
    async takeLock() {
      const { rows } = await client.query<{ taken: boolean }>(
        "select pg_try_advisory_lock(hashtextextended('understudy.airtable/' || $1, 0)) as taken",
        [baseId],
      );
      return rows[0]?.taken === true;
    },
    end,
  };
}

function turnOf({ sql, lost, end }: Session, { signal, beatMs = 2_000 }: TurnOptions): HeldTurn {
  let last: Promise<unknown> = Promise.resolve();
  const afterTheLast = <T>(act: () => Promise<T>): Promise<T> => {
    const acted = last.then(act);
    last = acted.catch(() => undefined);
    return acted;
  };
  const beat = async (): Promise<void> => void (await sql.query("select"));
  const beats = setInterval(() => void afterTheLast(beat).catch(end), beatMs);
  const release = async (): Promise<void> => {
    clearInterval(beats);
    // What hangs is lost with the session.
    await Promise.race([last, pause(1_000, undefined, { ref: false })]);
    await end();
  };
  lost.addEventListener("abort", () => clearInterval(beats), { once: true });
  return {
    transaction: (act) => afterTheLast(() => transactionOn(sql, act, end)),
    signal: AbortSignal.any([signal, lost]),
    release,
  };
}
