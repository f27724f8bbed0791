import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connectionOf, type Session, tryConnect } from "./connect.js";
import { errorCodeOf, LocalPostgresError } from "./error.js";
import { openLog, readLastLines } from "./log-file.js";
import type { Place } from "./place.js";
import type { Programs } from "./programs.js";
import { cannotRun } from "./run-program.js";
import { settingsOf } from "./server-settings.js";
import { clearStaleLocks, socketPort } from "./stale-locks.js";

/** A cluster whose data folder is there. */
export interface Cluster {
  readonly place: Place;
  readonly programs: Programs;
  /** Server settings beside our own, for tests. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long a server may be silent after its start, recovery after a power cut included. */
  readonly startDeadlineMs: number;
}

const stepMs = 25;
/**
 * The server sees in a broken settings file or a lock file that it cannot start; the pause doubles up to 0.4 s, so this
 * is about 7 s. Shared memory that a killed server leaves is gone long before.
 */
const mostStarts = 20;
const longestPauseMs = 400;

/**
 * Connects to the cluster's server, and starts one whenever none answers and none of ours is on its way. PostgreSQL's
 * own lock files see to it that of several processes doing this at once, one server remains; the others adopt it.
 * @throws LocalPostgresError `did-not-start`, `no-binaries`.
 */
export async function connectOrStart(cluster: Cluster, signal: AbortSignal): Promise<Session> {
  const deadline = performance.now() + cluster.startDeadlineMs;
  let started: Started | undefined;
  let startCount = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const connection = await connectionOf(cluster.place);
      const answer = connection === undefined ? "silent" : await tryConnect(connection);
      if (typeof answer === "object") return answer;
      if (started?.failure !== undefined) throw started.failure;
      if (performance.now() > deadline || startCount > mostStarts) throw await didNotStart(cluster);
      if (answer === "silent" && started?.hasEnded !== false) {
        await delay(startCount === 0 ? 0 : Math.min(longestPauseMs, stepMs * 2 ** (startCount - 1)));
        await clearStaleLocks(cluster.place);
        started = await startServer(cluster, startCount === 0 ? connection?.port : undefined);
        startCount += 1;
      }
      await delay(stepMs);
    }
  } catch (thrown) {
    // Nobody waits for this server: a polite end, in case another process has adopted it in the meantime.
    started?.child.kill("SIGINT");
    throw thrown;
  }
}

interface Started {
  readonly child: ChildProcess;
  hasEnded: boolean;
  failure: Error | undefined;
}

async function startServer({ place, programs, settings }: Cluster, lastPort: number | undefined): Promise<Started> {
  const all = { ...settingsOf(place), ...settings };
  const port = place.socketFolder === undefined ? (lastPort ?? (await freePort())) : socketPort;
  const log = await openLog(place.log);
  try {
    const child = spawn(
      programs.postgres,
      [
        "-D",
        place.data,
        "-p",
        String(port),
        ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      // A group of its own: Ctrl+C in our terminal must not stop a server that other processes use.
      {
        cwd: place.folder,
        env: programs.env,
        ...place.identity,
        detached: true,
        windowsHide: true,
        stdio: ["ignore", log.fd, log.fd],
      },
    );
    const started: Started = { child, hasEnded: false, failure: undefined };
    child.on("exit", () => (started.hasEnded = true));
    child.on("error", (error) => (started.failure = cannotRun(errorCodeOf(error))));
    child.unref();
    return started;
  } finally {
    await log.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function didNotStart({ place }: Cluster): Promise<LocalPostgresError> {
  const lines = await readLastLines(place.log);
  return new LocalPostgresError(
    "did-not-start",
    "The private PostgreSQL did not start, or has no connection left.",
    `Its log ${place.log} ends: ${lines || "(empty)"}`,
  );
}
