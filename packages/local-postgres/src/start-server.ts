import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { readPassword, SUPERUSER } from "./create-cluster.js";
import { errorCodeOf, LocalPostgresError } from "./error.js";
import { openLog, readLastLines } from "./log-file.js";
import type { PostgresConnection } from "./model.js";
import type { Place } from "./place.js";
import type { Programs } from "./programs.js";
import { cannotRun } from "./run-program.js";
import { clearStaleLocks, SOCKET_PORT } from "./stale-locks.js";

/** A cluster whose data folder is there. */
export interface Cluster {
  readonly place: Place;
  readonly programs: Programs;
  /** Server settings beside our own, for tests. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long a server may be silent after its start, recovery after a power cut included. */
  readonly startDeadlineMs: number;
}

/** A session with the server, on the database `postgres`. */
export interface Session {
  readonly client: pg.Client;
  readonly connection: PostgresConnection;
}

const STEP_MS = 25;
const CONNECT_LIMIT_MS = 10_000;
/**
 * The server sees in a broken settings file or a lock file that it cannot start; the pause doubles up to 0.4 s, so this
 * is about 7 s. Shared memory that a killed server leaves is gone long before.
 */
const MOST_STARTS = 20;
const LONGEST_PAUSE_MS = 400;

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
      const session = connection === undefined ? undefined : await tryConnect(connection);
      if (session !== undefined) return session;
      if (started?.failure !== undefined) throw started.failure;
      if (performance.now() > deadline || startCount > MOST_STARTS) throw await didNotStart(cluster);
      if (started?.hasEnded !== false) {
        await delay(startCount === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, STEP_MS * 2 ** (startCount - 1)));
        await clearStaleLocks(cluster.place);
        started = await startServer(cluster, connection?.port);
        startCount += 1;
      }
      await delay(STEP_MS);
    }
  } catch (thrown) {
    // Nobody waits for this server: a polite end, in case another process has adopted it in the meantime.
    started?.child.kill("SIGINT");
    throw thrown;
  }
}

/** Where the server listens. Over TCP it says so in `postmaster.pid`, line 4; undefined when it was never started. */
async function connectionOf(place: Place): Promise<PostgresConnection | undefined> {
  const shared = { user: SUPERUSER, database: "postgres", ssl: false } as const;
  if (place.socketFolder !== undefined) return { ...shared, host: place.socketFolder, port: SOCKET_PORT };
  const text = await readFile(join(place.data, "postmaster.pid"), "utf8").catch(() => "");
  const port = Number(text.split("\n")[3]);
  const password = await readPassword(place);
  return port > 0 && password !== undefined ? { ...shared, host: "127.0.0.1", port, password } : undefined;
}

async function tryConnect(connection: PostgresConnection): Promise<Session | undefined> {
  const client = new pg.Client({
    ...connection,
    application_name: "understudy",
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
  });
  // Without a listener a lost connection would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return { client, connection };
  } catch {
    await client.end().catch(() => undefined);
    return undefined;
  }
}

interface Started {
  readonly child: ChildProcess;
  hasEnded: boolean;
  failure: Error | undefined;
}

async function startServer({ place, programs, settings }: Cluster, lastPort: number | undefined): Promise<Started> {
  const all = { ...settingsOf(place), ...settings };
  const port = place.socketFolder === undefined ? (lastPort ?? (await freePort())) : SOCKET_PORT;
  const log = await openLog(place.log);
  try {
    const child = spawn(
      programs.postgres,
      ["-D", place.data, "-p", String(port), ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
      // A group of its own: Ctrl+C in our terminal must not stop a server that other processes use.
      { cwd: place.folder, env: programs.env, ...place.identity, detached: true, windowsHide: true, stdio: ["ignore", log.fd, log.fd] },
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

function settingsOf({ socketFolder, identity }: Place): Readonly<Record<string, string>> {
  const isSocket = socketFolder !== undefined;
  return {
    listen_addresses: isSocket ? "" : "127.0.0.1",
    // A list with commas; quotes inside a name are doubled.
    unix_socket_directories: isSocket ? `"${socketFolder.replaceAll('"', '""')}"` : "",
    unix_socket_permissions: "0700",
    fsync: "on",
    ssl: "off",
    shared_buffers: "32MB",
    max_connections: "100",
    logging_collector: "off",
    log_destination: "stderr",
    // Errors of queries can quote a job's input; FATAL and the server's own lines cannot.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    log_checkpoints: "off",
    // /dev/shm is 64 MiB in a container, and lies outside the folder that keeps other programs of this user out.
    ...(identity === undefined ? {} : { dynamic_shared_memory_type: "mmap" }),
  };
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
    "The private PostgreSQL did not start.",
    `Its log ${place.log} ends: ${lines || "(empty)"}`,
  );
}
