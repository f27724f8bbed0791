import { setTimeout as delay } from "node:timers/promises";
import type { Session } from "./connect.js";
import { LocalPostgresError } from "./error.js";
import { runProgram } from "./run-program.js";
import { readServerProcess } from "./stale-locks.js";
import { type Cluster, connectOrStart } from "./start-server.js";

/** A share in a running private server. */
export interface Hold {
  /** The session that holds the share; it changes when the server was brought back. */
  readonly session: () => Session;
  /** Gives the share back; the last one stops the server. Never rejects. */
  readonly release: () => Promise<void>;
}

/** The two numbers of the advisory lock that every opener shares; an own key, on the database `postgres` only. */
const lock = "1970500708, 5"; // "usdd"
/** Between two attempts to bring a server back. */
const pauseMs = 1000;
const stopLimitMs = 30_000;
const stepMs = 10;

/**
 * Takes a share in the cluster's server and keeps it. The share is a shared advisory lock, so it ends with the process
 * that has it, however that ends, and needs no file. Whoever gives back its share and then gets the lock exclusively is
 * the last, and stops the server while it has the lock: a newcomer waits for the lock, is sent away by the stop and
 * starts the server again. A server that dies meanwhile is brought back.
 * @throws LocalPostgresError `did-not-start`, `no-binaries`.
 */
export async function holdServer(
  cluster: Cluster,
  signal: AbortSignal,
  onNotice: (text: string) => void,
): Promise<Hold> {
  const stopping = new AbortController();
  let session = await takeShare(cluster, signal);
  let revival = Promise.resolve();
  let released: Promise<void> | undefined;

  const watch = (): void => {
    let isLost = false;
    const lose = (): void => {
      if (isLost || stopping.signal.aborted) return;
      isLost = true;
      onNotice("The private PostgreSQL went away; it is being brought back.");
      revival = revive();
    };
    session.client.on("error", lose).on("end", lose);
  };
  const revive = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        // Not given up on the way: a server that was started and is nobody's would go on running.
        session = await takeShare(cluster, new AbortController().signal);
        watch();
        return;
      } catch (thrown) {
        if (stopping.signal.aborted) return;
        onNotice(`The private PostgreSQL did not come back; trying again. ${hintOf(thrown)}`);
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  watch();
  return {
    session: () => session,
    release: () => {
      stopping.abort();
      released ??= revival.then(() => giveBack(cluster, session, onNotice));
      return released;
    },
  };
}

async function takeShare(cluster: Cluster, signal: AbortSignal): Promise<Session> {
  const deadline = performance.now() + cluster.startDeadlineMs;
  for (;;) {
    const session = await connectOrStart(cluster, signal);
    try {
      await session.client.query(`select pg_advisory_lock_shared(${lock})`);
      return session;
    } catch (thrown) {
      // The last opener was just stopping this server.
      await session.client.end().catch(() => undefined);
      if (performance.now() > deadline) throw thrown;
    }
  }
}

async function giveBack(cluster: Cluster, { client }: Session, onNotice: (text: string) => void): Promise<void> {
  // A query that fails means that the server is gone already.
  const isLast = await becomeLast(client).catch(() => false);
  if (isLast && !(await stopServer(cluster).catch(() => false))) {
    onNotice("The private PostgreSQL could not be stopped; it runs on and is used again next time.");
  }
  await client.end().catch(() => undefined);
}

async function becomeLast(client: Session["client"]): Promise<boolean> {
  await client.query(`select pg_advisory_unlock_shared(${lock})`);
  const { rows } = await client.query<{ isLast: boolean }>(`select pg_try_advisory_lock(${lock}) as "isLast"`);
  return rows[0]?.isLast === true;
}

/** Fast, which ends all sessions; after 30 s at once, which costs a recovery at the next start and no data. */
async function stopServer({ place, programs }: Cluster): Promise<boolean> {
  const processId = await readServerProcess(place);
  for (const mode of ["fast", "immediate"]) {
    // Without its own waiting: pg_ctl takes the server that a newcomer starts meanwhile for the old one.
    await runProgram({
      file: programs.pgCtl,
      args: ["stop", "-D", place.data, "-m", mode, "-W"],
      cwd: place.folder,
      env: programs.env,
      identity: place.identity,
    });
    const deadline = performance.now() + stopLimitMs;
    while (performance.now() < deadline) {
      if ((await readServerProcess(place)) !== processId) return true;
      await delay(stepMs);
    }
  }
  return false;
}

function hintOf(thrown: unknown): string {
  return thrown instanceof LocalPostgresError ? thrown.hint : "";
}
