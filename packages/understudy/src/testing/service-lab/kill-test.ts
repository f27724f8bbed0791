import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createApiClient, type ApiClient, type RenderAnswer } from "./api-client.js";
import { drawPair } from "./draw-pair.js";
import { findRepeated } from "./repeated-children.js";
import { killPrivateDatabase, openServerFleet, type ServerFleet } from "./server-fleet.js";
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
  const { onProgress } = options;
  const folder = await mkdtemp(join(tmpdir(), "understudy-kills-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const inbox = await openWebhookInbox();
  const fleet = await openServerFleet({
    ...options,
    data: join(folder, "data"),
    environment: {
      UNDERSTUDY_API_KEY: "us_kill_test_key_0123456789abcdef",
      UNDERSTUDY_NETWORK_ALLOW: "loopback",
      UNDERSTUDY_JOBS_MAX_ATTEMPTS: "1000",
      UNDERSTUDY_SERVER_RENDERS_AT_ONCE: "100",
      UNDERSTUDY_WORKERS: "1",
      ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
    },
    killDatabase: () => killDatabase(folder, options),
  });
  const startedAt = Date.now();
  const game = { options, folder, inbox, fleet };
  try {
    const client = createApiClient(() => fleet.anyServer());
    const ids = await submitAll(client, game);
    const kills = await fleet.killUntil(() => openCount(client, ids), options.limitSeconds);
    const seconds = (Date.now() - startedAt) / 1000;
    onProgress(`all ended after ${seconds.toFixed(0)} s`);
    return { seconds, ...kills, ...(await judge(client, ids, game)) };
  } finally {
    await fleet.stop();
    await inbox.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Game {
  readonly options: KillTestOptions;
  readonly folder: string;
  readonly inbox: WebhookInbox;
  readonly fleet: ServerFleet;
}

async function killDatabase(folder: string, options: KillTestOptions): Promise<boolean> {
  if (options.databaseUrl === undefined) return killPrivateDatabase(join(folder, "data"));
  await options.killDatabase?.();
  return options.killDatabase !== undefined;
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

async function openCount(client: ApiClient, ids: readonly string[]): Promise<number> {
  let count = 0;
  for (const id of ids) {
    const { state } = await client.call<RenderAnswer>("GET", `/v1/renders/${id}`);
    if (state === "queued" || state === "running") count += 1;
  }
  return count;
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
    ...findRepeated(game.fleet.log),
    unverified,
    untold,
    webhooksReceived: game.inbox.received.length,
  };
}

async function isVerified({ output }: RenderAnswer, { folder, options, fleet }: Game): Promise<boolean> {
  if (output === undefined) return false;
  // Its address names the server that made it, which may be another one by now.
  const url = output.url.replace(/^https?:\/\/[^/]+/, fleet.anyServer().url);
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
