import { mkdtemp, chmod, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { createApiClient, type ApiClient, type RenderAnswer } from "./api-client.js";
import { drawPair } from "./draw-pair.js";
import { startServe, type LogLine, type ServeProcess } from "./serve-process.js";

/** Processes of one service, what they log, and a client. */
export interface Story {
  readonly folder: string;
  /** Of all processes that this story started, in the order in which it was read. */
  readonly log: readonly (LogLine & { readonly by: string })[];
  readonly client: ApiClient;
  /**
   * @param name tells its lines from those of the others.
   * @param command another build of it than this one.
   */
  start(
    name: string,
    words: readonly string[],
    environment?: Readonly<Record<string, string>>,
    command?: string,
  ): Promise<ServeProcess>;
  /** Uploads the drawn pair. @returns members of a render's request. */
  sendPair(durationSeconds: number): Promise<SentPair>;
  /** Asks for a render. @returns its id. */
  render(body: object): Promise<string>;
  /** The first log line of that kind, when it is there. */
  line(message: string, facts?: Readonly<Record<string, unknown>>): Promise<LogLine & { readonly by: string }>;
  /** The render when it has ended. */
  end(renderId: string): Promise<RenderAnswer>;
  /** Stops all its processes. */
  stop(): Promise<void>;
  /** The same, and removes its folder. */
  close(): Promise<void>;
}

/** Uploads, as a request for a render names them. */
export interface SentPair {
  readonly source: { readonly uploadId: string };
  readonly face: { readonly uploadId: string };
}

const patience = { timeout: 90_000, interval: 25 };

/** A story in a folder of its own. @param shared environment of all its processes. */
export async function openStory(shared: Readonly<Record<string, string>> = {}): Promise<Story> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-story-"));
  // Root's PostgreSQL runs as another user, who has to reach its folder.
  await chmod(folder, 0o711);
  const log: (LogLine & { readonly by: string })[] = [];
  const started: ServeProcess[] = [];
  const usual = {
    UNDERSTUDY_API_KEY: "us_key_of_a_story_0123456789abcdef",
    UNDERSTUDY_NETWORK_ALLOW: "loopback",
    UNDERSTUDY_WORKERS: "1",
    ...shared,
  };
  const client = createApiClient(() => {
    const serving = started.findLast((server) => server.isRunning() && server.url !== "");
    if (serving === undefined) throw new Error("No process of this story serves.");
    return serving;
  });
  const stop = async (): Promise<void> => {
    await Promise.all(started.filter((server) => server.isRunning()).map((server) => server.stop()));
  };
  return {
    folder,
    log,
    client,
    async start(name, words, environment = {}, command) {
      const onLog = (line: LogLine): void => void log.push({ ...line, by: name });
      const server = await startServe(words, { ...usual, ...environment }, onLog, command);
      started.push(server);
      return server;
    },
    async sendPair(durationSeconds) {
      const { videoPath, photoPath } = await drawPair(folder, durationSeconds);
      return {
        source: { uploadId: await client.upload(await readFile(videoPath), "video/mp4") },
        face: { uploadId: await client.upload(await readFile(photoPath), "image/jpeg") },
      };
    },
    render: async (body) => (await client.call<RenderAnswer>("POST", "/v1/renders", body)).id,
    line: (message, facts = {}) =>
      vi.waitFor(() => {
        const wanted = Object.entries(facts);
        const found = log.find((line) => line.msg === message && wanted.every(([name, value]) => line[name] === value));
        if (found === undefined) {
          const tail = log.slice(-20).map((line) => JSON.stringify(line));
          throw new Error(`no line "${message}" ${JSON.stringify(facts)} in\n${tail.join("\n")}`);
        }
        return found;
      }, patience),
    end: (renderId) =>
      vi.waitFor(
        async () => {
          const render = await client.call<RenderAnswer>("GET", `/v1/renders/${renderId}`);
          if (["queued", "running"].includes(render.state)) throw new Error(`${renderId} is ${render.state}`);
          return render;
        },
        { ...patience, interval: 200 },
      ),
    stop,
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
