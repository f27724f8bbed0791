import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient, type Client } from "#client/index.js";
import type { Child } from "./child.js";
import { readJournal, type Execution } from "./kill-journal.js";
import { workerPlace, type WorkerPlace } from "./kill-place.js";
import { startProgram } from "./kill-program.js";
import type { KillEndpointSetup, KillInput } from "./kill-setup.js";
import { openWebhookReceiver, type WebhookReceiver } from "./kill-webhooks.js";

/** An endpoint, its database and its workers, each a process of its own that can be killed. */
export interface KillLab {
  readonly places: readonly WorkerPlace[];
  readonly webhooks: WebhookReceiver;
  /** Sends a submission again when its answer was lost. */
  readonly client: Client<KillInput>;
  readonly timing: typeof timing;
  /** Every execution so far, in the order of their begins. */
  executions(): Promise<readonly Execution[]>;
  /** Starts the endpoint on its old port, again and again while it ends before it serves: its database may be away. */
  startEndpoint(): Promise<void>;
  killEndpoint(): Promise<void>;
  /** Kills the database's first process, a new one each time. Whoever has a share in it brings it back. */
  killDatabase(): Promise<void>;
  /** Starts what does not run. */
  repair(): Promise<void>;
  close(): Promise<void>;
}

/** The shortest lease that workers, whose signs of life come each second, keep on a loaded machine. */
const timing = { leaseMs: 3_000, pingIntervalMs: 1_000, pollMs: 2_000, sweepMs: 200, maxAttempts: 5 } as const;

const endpointId = "killed";
const key = "kill-lab-key";

/** Starts that may fail in a row. */
const mostStarts = 20;

/** Opens a lab in which everything runs. */
export async function openKillLab(placeNames: readonly string[]): Promise<KillLab> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-kills-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const port = await freePort();
  const serverUrl = `http://127.0.0.1:${port}`;
  const address = { serverUrl, endpointId, apiKey: key, pingIntervalMs: timing.pingIntervalMs };
  const places = placeNames.map((name) => workerPlace(name, folder, address));
  const webhooks = await openWebhookReceiver();
  let endpoint: Child | undefined;
  let killedDatabase: number | undefined;

  const startEndpoint = async (): Promise<void> => {
    const setup: KillEndpointSetup = { id: endpointId, key, folder, port, timing };
    for (let starts = 1; starts <= mostStarts; starts++) {
      const started = startProgram({ name: "kill-endpoint", setup });
      endpoint = started;
      await until("The endpoint's start", () => started.stdout() !== "" || !started.isRunning());
      if (started.isRunning()) return;
    }
    throw new Error(`The endpoint does not start: ${endpoint?.stderr()}`);
  };
  const databaseId = async (): Promise<number | undefined> => {
    const text = await readFile(join(folder, "postgres/data/postmaster.pid"), "utf8").catch(() => "");
    const id = Number.parseInt(text, 10);
    return id > 0 && id !== killedDatabase ? id : undefined;
  };
  const repair = async (): Promise<void> => {
    if (endpoint?.isRunning() !== true) await startEndpoint();
    for (const place of places) if (!place.isRunning()) place.start();
  };

  await repair();
  return {
    places,
    webhooks,
    client: createClient({ endpoint: endpointId, baseUrl: `${serverUrl}/v2`, key, resubmit: "with-key" }),
    timing,
    executions: () => readJournal(join(folder, "journal")),
    startEndpoint,
    killEndpoint: async () => void (await endpoint?.kill()),
    async killDatabase() {
      const id = await until("The database's return", databaseId);
      process.kill(id, "SIGKILL");
      killedDatabase = id;
    },
    repair,
    async close() {
      await Promise.all(places.map((place) => place.kill()));
      // The last one with a share in the database stops that.
      if (endpoint?.isRunning() !== true) await startEndpoint();
      endpoint?.stop("SIGTERM");
      await endpoint?.exited;
      await webhooks.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Looks every 20 ms for 60 s until there is something. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > deadline) throw new Error(`${what} took too long.`);
    await sleep(20);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
