import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPostgres } from "@understudy/local-postgres";
import { Client } from "pg";
import { drawFrom } from "./draw-from.js";
import { startServe, type LogLine, type ServeProcess } from "./serve-process.js";

/** Which servers there are, and how often something is killed. */
export interface FleetOptions {
  /** Data folder that all of them share. */
  readonly data: string;
  readonly serverCount: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds between two kills, on average. */
  readonly killEverySeconds: number;
  /** Same seed, same victims and pauses. */
  readonly seed: number;
  /** Kills the database. @returns whether there was one to kill. */
  killDatabase(): Promise<boolean>;
  readonly onProgress: (line: string) => void;
}

/** Servers of one service that are killed again and again. */
export interface ServerFleet {
  readonly servers: readonly ServeProcess[];
  /** What all of them logged, also those that are gone. */
  readonly log: readonly LogLine[];
  /** One that answers, as far as is known. */
  anyServer(): ServeProcess;
  /**
   * Kills a server, which is started again, or the database, and so on after pauses, until nothing is left to be done.
   * @param leftToDo looked at before each kill.
   */
  killUntil(leftToDo: () => Promise<number>, limitSeconds: number): Promise<KillCounts>;
  stop(): Promise<void>;
}

/** How often what was killed. */
export interface KillCounts {
  readonly serverKills: number;
  readonly databaseKills: number;
}

/** Starts the servers, one after the other. */
export async function openServerFleet(options: FleetOptions): Promise<ServerFleet> {
  const { data, environment, serverCount, onProgress, killEverySeconds } = options;
  const log: LogLine[] = [];
  const draw = drawFrom(options.seed);
  const servers: ServeProcess[] = [];
  const start = async (): Promise<ServeProcess> => {
    for (;;) {
      const started = startServe(["--data", data], environment, (line) => log.push(line));
      const server = await started.catch((thrown: unknown) => void onProgress(`start failed: ${String(thrown)}`));
      if (server) return server;
      await sleep(300);
    }
  };
  for (let count = 0; count < serverCount; count++) servers.push(await start());
  return {
    servers,
    log,
    anyServer: () => servers.find((server) => server.isRunning()) ?? servers[0]!,
    async killUntil(leftToDo, limitSeconds) {
      const deadline = Date.now() + 1000 * limitSeconds;
      let [serverKills, databaseKills] = [0, 0];
      for (;;) {
        await sleep(1000 * killEverySeconds * (0.5 + draw(1000) / 1000));
        const left = await leftToDo();
        onProgress(`${left} left after ${serverKills}+${databaseKills} kills`);
        if (left === 0 || Date.now() > deadline) return { serverKills, databaseKills };
        const victim = draw(servers.length + 1);
        if (victim < servers.length) {
          await servers[victim]!.kill();
          serverKills += 1;
          await sleep(draw(1500));
          servers[victim] = await start();
        } else if (await options.killDatabase()) databaseKills += 1;
      }
    },
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

/** Kills the private PostgreSQL of a data folder. @returns false when none runs. */
export async function killPrivateDatabase(data: string): Promise<boolean> {
  const id = await privateServerId(join(data, "postgres")).catch(() => undefined);
  if (id === undefined) return false;
  process.kill(id, "SIGKILL");
  return true;
}

/** Of the first process of the private PostgreSQL, which is the parent of whoever answers; on Linux. */
async function privateServerId(folder: string): Promise<number | undefined> {
  const server = await openPostgres({ folder, database: "understudy" });
  const client = new Client(server.connection);
  try {
    await client.connect();
    const { rows } = await client.query<{ id: number }>("select pg_backend_pid() as id");
    const status = await readFile(`/proc/${rows[0]!.id}/status`, "utf8");
    const id = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
    return id > 1 ? id : undefined;
  } finally {
    await client.end();
    await server.stop();
  }
}
