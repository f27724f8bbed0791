import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgres } from "@understudy/local-postgres";
import { Client } from "pg";
import { createApiClient, type ApiClient, type RenderAnswer } from "./api-client.js";
import { drawPair } from "./draw-pair.js";
import { startServe, type LogLine, type ServeProcess } from "./serve-process.js";
import { openWebhookInbox, type WebhookInbox } from "./webhook-inbox.js";

/** How hard the test is. */
export interface KillTestOptions {
  readonly renderCount: number;
  readonly serverCount: number;
  /** Seconds between two kills, on average. */
  readonly killEverySeconds: number;
  /** Same seed, same victims and pauses. */
  readonly seed: number;
  /** Of a PostgreSQL of one's own; undefined: the private one of the data folder, which is killed too. */
  readonly databaseUrl?: string | undefined;
  /** Kills the database when there is a URL. */
  readonly killDatabase?: (() => Promise<void>) | undefined;
  readonly limitSeconds: number;
  /** Whether every output is verified by the command; else by its hash only. */
  readonly verifiesEach: boolean;
  readonly onProgress: (line: string) => void;
}

/** What came of it. */
export interface KillTestResult {
  readonly seconds: number;
  readonly serverKills: number;
  readonly databaseKills: number;
  readonly finished: number;
  /** Renders that were accepted and did not finish. */
  readonly lost: readonly string[];
  /** Children begun, and how many of them again after they had been kept: work that was done twice. */
  readonly childrenBegun: number;
  readonly repeated: readonly string[];
  /** Outputs that are not what the API says, or that `understudy verify` refuses. */
  readonly unverified: readonly string[];
  /** Renders of which no webhook, or webhooks under several ids, arrived. */
  readonly untold: readonly string[];
  readonly webhooksReceived: number;
}

const program = fileURLToPath(new URL("../../../bin/understudy.js", import.meta.url));
const run = promisify(execFile);

/**
 * Sends renders of short invented clips to several servers on one database, and kills one of them, or the database, again and
 * again until all renders have ended.
 */
export async function playKillTest(options: KillTestOptions): Promise<KillTestResult> {
  const { serverCount, onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), "understudy-kills-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const inbox = await openWebhookInbox();
  const log: LogLine[] = [];
  const draw = drawFrom(options.seed);
  const environment = {
    UNDERSTUDY_API_KEY: "us_kill_test_key_0123456789abcdef",
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
    UNDERSTUDY_JOBS_MAX_ATTEMPTS: "1000",
    UNDERSTUDY_SERVER_RENDERS_AT_ONCE: "100",
    UNDERSTUDY_WORKERS: "1",
    ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
  };
  const servers: ServeProcess[] = [];
  const start = async (): Promise<ServeProcess> => {
    for (;;) {
      const started = startServe(["--data", join(folder, "data")], environment, (line) => log.push(line));
      const server = await started.catch((thrown: unknown) => void onProgress(`start failed: ${String(thrown)}`));
      if (server) return server;
      await sleep(300);
    }
  };
  for (let count = 0; count < serverCount; count++) servers.push(await start());
  const startedAt = Date.now();
  const game = { options, folder, inbox, log, draw, servers, start };
  try {
    const client = createApiClient(() => servers.find((server) => server.isRunning()) ?? servers[0]!);
    const ids = await submitAll(client, game);
    const kills = await killUntilEnded(client, ids, game);
    const seconds = (Date.now() - startedAt) / 1000;
    onProgress(`all ended after ${seconds.toFixed(0)} s`);
    return { seconds, ...kills, ...(await judge(client, ids, game)) };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await inbox.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Game {
  readonly options: KillTestOptions;
  readonly folder: string;
  readonly inbox: WebhookInbox;
  readonly log: readonly LogLine[];
  readonly draw: (below: number) => number;
  readonly servers: ServeProcess[];
  start(): Promise<ServeProcess>;
}

async function submitAll(client: ApiClient, { options, folder, inbox }: Game): Promise<readonly string[]> {
  const { videoPath, photoPath } = await drawPair(folder, 4);
  const source = { uploadId: await client.upload(await readFile(videoPath), "video/mp4") };
  const face = { uploadId: await client.upload(await readFile(photoPath), "image/jpeg") };
  const ids: string[] = [];
  for (let number = 0; number < options.renderCount; number++) {
    const body = {
      source,
      face,
      plan: { swap: [0, 2].map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + 1 })) },
      consent: { attestedBy: "Kill Test" },
      webhook: { url: inbox.url },
      metadata: { number: String(number) },
    };
    const headers = { "idempotency-key": `kill-${number}` };
    ids.push((await client.call<RenderAnswer>("POST", "/v1/renders", body, headers)).id);
  }
  return ids;
}

async function killUntilEnded(client: ApiClient, ids: readonly string[], game: Game) {
  const { options, servers, draw, start } = game;
  const deadline = Date.now() + 1000 * options.limitSeconds;
  let [serverKills, databaseKills] = [0, 0];
  for (;;) {
    await sleep(1000 * options.killEverySeconds * (0.5 + draw(1000) / 1000));
    const states = await statesOf(client, ids);
    const open =
      ids.length - (states.get("finished") ?? 0) - (states.get("failed") ?? 0) - (states.get("cancelled") ?? 0);
    options.onProgress(
      `${[...states].map(([state, count]) => `${count} ${state}`).join(", ")}; ${serverKills}+${databaseKills} kills`,
    );
    if (open === 0 || Date.now() > deadline) break;
    const victim = draw(servers.length + 1);
    if (victim < servers.length) {
      await servers[victim]!.kill();
      serverKills += 1;
      await sleep(draw(1500));
      servers[victim] = await start();
    } else if (await killDatabase(game)) databaseKills += 1;
  }
  return { serverKills, databaseKills };
}

async function killDatabase({ options, folder }: Game): Promise<boolean> {
  if (options.databaseUrl !== undefined) {
    await options.killDatabase?.();
    return options.killDatabase !== undefined;
  }
  const id = await privateServerId(join(folder, "data", "postgres")).catch(() => undefined);
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

async function statesOf(client: ApiClient, ids: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const { state } = await client.call<RenderAnswer>("GET", `/v1/renders/${id}`);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

async function judge(client: ApiClient, ids: readonly string[], game: Game) {
  const renders = await Promise.all(ids.map((id) => client.call<RenderAnswer>("GET", `/v1/renders/${id}`)));
  const lost = renders
    .filter(({ state }) => state !== "finished")
    .map(({ id, state, error }) => `${id} ${state} ${error?.code ?? ""} ${error?.message ?? ""}`);
  const unverified: string[] = [];
  for (const render of renders) {
    if (render.state === "finished" && !(await isVerified(render, game))) unverified.push(render.id);
  }
  const untold = await findUntold(ids, game.inbox);
  return {
    finished: renders.length - lost.length,
    lost,
    ...findRepeated(game.log),
    unverified,
    untold,
    webhooksReceived: game.inbox.received.length,
  };
}

async function isVerified({ output }: RenderAnswer, { folder, options, servers }: Game): Promise<boolean> {
  if (output === undefined) return false;
  // Its address names the server that made it, which may be another one by now.
  const url = output.url.replace(/^https?:\/\/[^/]+/, servers.find((server) => server.isRunning())!.url);
  const answer = await fetch(url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const digest = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
  if (!answer.ok || digest !== output.sha256) return false;
  if (!options.verifiesEach) return true;
  const path = join(folder, "downloaded.mp4");
  await writeFile(path, bytes);
  return run(process.execPath, [program, "verify", path, "--json"], { env: { PATH: process.env["PATH"] } }).then(
    () => true,
    () => false,
  );
}

/** Webhooks may come some seconds after the end. */
async function findUntold(ids: readonly string[], inbox: WebhookInbox): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const messages = new Map<string, Set<string>>();
    for (const { id, body } of inbox.received) {
      const renderId = (JSON.parse(body) as { readonly data: { readonly id: string } }).data.id;
      messages.set(renderId, (messages.get(renderId) ?? new Set()).add(id));
    }
    const untold = ids.filter((id) => messages.get(id)?.size !== 1);
    if (untold.length === 0 || tries >= 60) return untold;
    await sleep(500);
  }
}

/** A child that was begun after its value had been kept was done twice. */
function findRepeated(log: readonly LogLine[]) {
  const keptAt = new Map<string, number>();
  const timeOf = ({ time }: LogLine): number => new Date(time).getTime();
  const nameOf = ({ renderId, child }: LogLine): string => `${String(renderId)} ${String(child)}`;
  for (const line of log.filter(({ msg }) => msg === "child kept")) {
    keptAt.set(nameOf(line), Math.min(timeOf(line), keptAt.get(nameOf(line)) ?? Number.POSITIVE_INFINITY));
  }
  const begun = log.filter(({ msg }) => msg === "child begun");
  const repeated = begun.filter((line) => timeOf(line) > (keptAt.get(nameOf(line)) ?? Number.POSITIVE_INFINITY));
  return { childrenBegun: begun.length, repeated: repeated.map(nameOf) };
}

/** Small and repeatable: mulberry32. */
function drawFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
