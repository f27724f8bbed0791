import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createReadStream } from "node:fs";
import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createNodeAvIo, openVideoWriter, writePng } from "@understudy/render";
import { localWiring } from "@understudy/understudy";
import { attestation } from "./cpu-world.js";

const bin = fileURLToPath(new URL("../../../../packages/understudy/bin/understudy.js", import.meta.url));
/** The compiled one: a worker is a process of its own. */
const handler = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Real commands, a server for their inputs, and the receiver of a webhook. */
export interface StoryWorld {
  readonly folder: string;
  readonly url: string;
  /** Bodies that `/hook` was sent. */
  readonly webhooks: string[];
  readonly env: Readonly<Record<string, string>>;
  /** Runs `understudy ...words` to its end. */
  understudy(words: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Kills it with SIGKILL as soon as it asks the server for a path. */
  killAt(path: string, words: readonly string[]): Promise<void>;
  /** Starts `understudy endpoint` with a worker behind it. */
  startEndpoint(env?: Readonly<Record<string, string>>): Promise<StoryEndpoint>;
  /** Words that run one job without an endpoint. */
  testJob(input: unknown): readonly string[];
  close(): Promise<void>;
}

/** An endpoint and its worker, each a process of its own. */
export interface StoryEndpoint {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What the worker said. */
  workerLog(): string;
}

/** Draws the inputs and starts the server. */
export async function createStoryWorld(): Promise<StoryWorld> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-story-"));
  await drawInputs(folder);
  const webhooks: string[] = [];
  const asked = new EventEmitter();
  const server = createServer((request, response) => {
    const path = join(folder, basename(request.url?.split("?")[0] ?? ""));
    if (request.url === "/hook") {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        webhooks.push(body);
        response.end();
      });
    } else if (request.url === "/endless.mp4") {
      asked.emit(request.url);
      response.writeHead(200, { "content-length": 1_000_000 }).write(beginningOfMp4);
    } else {
      stat(path).then(
        ({ size }) => createReadStream(path).pipe(response.writeHead(200, { "content-length": size })),
        () => response.writeHead(404).end(),
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const env = {
    ...attestation,
    NO_COLOR: "1",
    PATH: process.env["PATH"] ?? "",
    UNDERSTUDY_DATA_FOLDER: join(folder, "data"),
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
  };
  const children: ChildProcess[] = [];
  const start = (words: readonly string[], more: Readonly<Record<string, string>>): ChildProcess => {
    const child = spawn(process.execPath, [bin, ...words], { cwd: folder, env: { ...env, ...more } });
    children.push(child);
    return child;
  };
  const world: StoryWorld = {
    folder,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    webhooks,
    env,
    async understudy(words, more = {}) {
      const child = start(words, more);
      const [stdout, stderr] = [collect(child.stdout!), collect(child.stderr!)];
      const [status] = (await once(child, "close")) as [number | null];
      return { status, stdout: stdout(), stderr: stderr() };
    },
    async killAt(path, words) {
      const wasAsked = once(asked, path);
      const child = start(words, {});
      await wasAsked;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    async startEndpoint(more = {}) {
      const endpoint = start(["endpoint", "story", "--memory", "--port", "0", "--json"], more);
      endpoint.stderr!.resume();
      const [line] = (await once(createInterface({ input: endpoint.stdout! }), "line")) as [string];
      const environment = JSON.parse(line) as Record<string, string>;
      const worker = start(["worker", "--handler", handler], { ...environment, ...more });
      worker.stdout!.resume();
      return {
        baseUrl: environment["RUNPOD_ENDPOINT_BASE_URL"]!,
        apiKey: environment["RUNPOD_API_KEY"]!,
        workerLog: collect(worker.stderr!),
      };
    },
    testJob: (input) => ["worker", "--handler", handler, "--", "--test_input", JSON.stringify({ input })],
    async close() {
      const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const ended = running.map((child) => once(child, "exit"));
      for (const child of running) child.kill("SIGKILL");
      await Promise.all(ended);
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (part: string) => (text += part));
  return () => text;
}

const beginningOfMp4 = Buffer.from("00000018667479706d703432000000006d70343269736f6d", "hex");

/** A talking clip and a portrait of invented people, and what is wrong in place of either. */
async function drawInputs(folder: string): Promise<void> {
  const clip = { widthPixels: 320, heightPixels: 240, framesPerSecond: 24, durationSeconds: 3, seed: 7 };
  const options = { workers: 2, signal: new AbortController().signal, onProgress: () => undefined };
  await localWiring.drawClip(clip, join(folder, "clip.mp4"), options);
  await localWiring.drawPortrait(join(folder, "portrait.jpg"));
  await writeFile(join(folder, "broken.mp4"), beginningOfMp4);
  await appendFile(join(folder, "broken.mp4"), Buffer.alloc(10_000, "not a video"));
  await writePng(wall(600, 600), join(folder, "wall.png"));
  await drawWallClip(join(folder, "wall.mp4"));
}

function wall(widthPixels: number, heightPixels: number) {
  return { widthPixels, heightPixels, rgb: new Uint8Array(widthPixels * heightPixels * 3).fill(150) };
}

/** Two seconds of a wall: a video in which nobody is. */
async function drawWallClip(path: string): Promise<void> {
  const size = { widthPixels: 320, heightPixels: 240 };
  const frameRate = { numerator: 15, denominator: 1 };
  const writer = await openVideoWriter(createNodeAvIo(), path, { ...size, frameRate, gopFrames: 15 });
  try {
    for (let frame = 0; frame < 30; frame++) await writer.writePicture(wall(320, 240));
    await writer.finish();
  } finally {
    writer.close();
  }
}
