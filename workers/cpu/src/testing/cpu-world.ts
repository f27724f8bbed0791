import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JobContext } from "@understudy/runpod/worker";
import { onTestFinished } from "vitest";
import { createCpuWorker, type CpuWorkerWorld } from "#create-cpu-worker.js";
import { buzz } from "./buzz.js";
import { fakeWiring } from "./fake-render.js";

/** A worker in a folder of its own, with a server for its inputs and its webhook, and a clock that the test moves. */
export interface CpuWorld {
  readonly folder: string;
  /** Serves `/photo.png`, `/clip.mp4`, `/voice.wav`, `/page`; takes `/hook`; all else is 404. */
  readonly url: string;
  /** Bodies that `/hook` was sent, in order. */
  readonly webhooks: readonly string[];
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  readonly log: readonly string[];
  readonly progress: readonly unknown[];
  /** Cancels the job. */
  cancel(): void;
  /** Lets the time of the running stage end. */
  expire(): void;
  /** What `/hook` answers, one by one; 200 when none is left. */
  readonly hookStatuses: number[];
  /** Bodies that were PUT. */
  readonly puts: Buffer[];
  /** The brief's input for the inputs above; `parts` replaces members. */
  order(parts?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  run(input: unknown): Promise<unknown>;
  /** Files beside records, keys and the log. */
  leftovers(): Promise<readonly string[]>;
}

/** A standing attestation, without which nothing is rendered. */
export const attestation = {
  UNDERSTUDY_CONSENT_STANDING_OPERATOR: "Test operator",
  UNDERSTUDY_CONSENT_STANDING_STATEMENT: "Everybody whose photo is sent in agreed.",
  UNDERSTUDY_CONSENT_STANDING_USE: "tests",
  UNDERSTUDY_CONSENT_STANDING_EXPIRES_AT: "2030-01-01T00:00:00Z",
  UNDERSTUDY_CONSENT_STANDING_AGE_CONFIRMED: "true",
} as const;

/** Beginnings of files, which is all that their type is told from. */
const media: Readonly<Record<string, Buffer | string>> = {
  "/photo.png": Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex"),
  "/clip.mp4": Buffer.from("00000018667479706d703432000000006d70343269736f6d", "hex"),
  "/voice.wav": buzz({ seconds: 4, pitchHertz: 100 }),
  "/page": "<html>",
};

/** Makes the world, and removes it when the test is over. */
export async function createCpuWorld(parts: Partial<CpuWorkerWorld> = {}): Promise<CpuWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-cpu-"));
  const [webhooks, asked, log, hookStatuses]: [string[], string[], string[], number[]] = [[], [], [], []];
  const progress: unknown[] = [];
  const puts: Buffer[] = [];
  const timers = new Set<() => void>();
  const controller = new AbortController();
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    void answer(request, response, (body) => {
      if (request.method === "PUT") puts.push(body);
      if (request.url !== "/hook") return undefined;
      webhooks.push(String(body));
      return hookStatuses.shift() ?? 200;
    });
  });
  const url = await listen(server);
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  const { env = { ...attestation }, ...rest } = parts;
  const { handler } = await createCpuWorker({
    wiring: fakeWiring(),
    now: () => new Date("2026-06-01T00:00:00Z"),
    clock: {
      nowMs: () => 0,
      after(_ms, action) {
        timers.add(action);
        return () => timers.delete(action);
      },
      pause: async () => undefined,
    },
    ...rest,
    cwd: folder,
    env: { UNDERSTUDY_DATA_FOLDER: join(folder, "data"), UNDERSTUDY_NETWORK_ALLOW: "loopback", ...env },
  });
  const context: JobContext = {
    signal: controller.signal,
    progress: (value) => progress.push(value),
    refreshWorker: () => undefined,
    log: (message) => log.push(message),
  };
  return {
    folder,
    url,
    webhooks,
    asked,
    log,
    progress,
    hookStatuses,
    puts,
    cancel: () => controller.abort(new Error("The job was stopped.")),
    expire: () => [...timers].forEach((action) => action()),
    order: (orderParts = {}) => ({
      record_id: "recTEST1",
      source_video_url: `${url}/clip.mp4?signature=s3cret`,
      avatar_image_url: `${url}/photo.png?signature=s3cret`,
      webhook_url: `${url}/hook`,
      ...orderParts,
    }),
    run: async (input) => handler({ id: "job1", input, raw: {} }, context),
    leftovers: () => leftoversIn(join(folder, "data")),
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: Buffer) => number | undefined,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const status = take(Buffer.concat(chunks));
  const file = media[request.url?.split("?")[0] ?? ""];
  const isKnown = file !== undefined || request.method === "PUT";
  response.writeHead(status ?? (isKnown ? 200 : 404), { "content-length": file?.length ?? 0 }).end(file);
}

const keptParts = /^(consents|renders|keys|audit\.|erased)/;

async function leftoversIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => !keptParts.test(name));
  const isFolder = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).isDirectory()));
  // The folder for results itself is no leftover.
  return names.filter((name, number) => !isFolder[number] || name !== "outputs");
}
