import { Worker } from "node:worker_threads";
import type { Log } from "./log.js";
import type { PingNews, PingStart } from "./ping-thread.js";
import type { Pace } from "./seams.js";
import type { EndpointSettings } from "./settings.js";
import { workerVersion } from "./version.js";

/** Signs of life, with the jobs in work; sent by a thread, which a handler that computes without a pause cannot stop. */
export interface Pings {
  tell(jobIds: PingNews): void;
  close(): Promise<void>;
}

/** Threads run compiled code: run from `src/` (a test), this file starts the `dist/` twin of its thread. */
const compiledThread = new URL("./ping-thread.js", import.meta.url.replace(/\/src\/worker\/[^/]*$/, "/dist/worker/"));

/** The thread sends one request at a time and holds a list of ids. */
const heapLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };

/** Starts the signs of life; a thread that ends is started again. It keeps no process alive. */
export function startPings(settings: EndpointSettings, pace: Pace, log: Log, threadUrl = compiledThread): Pings {
  const workerData = pingStart(settings, pace);
  if (workerData === undefined) {
    log({ level: "debug", message: "No signs of life are sent: that needs a ping URL, a key and a worker's id." });
    return { tell: () => undefined, close: () => Promise.resolve() };
  }
  let jobIds: PingNews = [];
  let isClosed = false;
  let restart: NodeJS.Timeout | undefined;
  let later: NodeJS.Timeout | undefined;
  let thread = open();

  function open(): Worker {
    // No inherited flags: a test runner's `--conditions=source` would make the thread look for TypeScript.
    const opened = new Worker(threadUrl, { workerData, execArgv: [], resourceLimits: heapLimits });
    opened.unref();
    opened.on("error", () => undefined);
    opened.once("exit", () => {
      if (isClosed) return;
      log({ level: "warn", message: "The thread that sends signs of life ended and is started again." });
      restart = setTimeout(() => void (thread = open()), pace.pingRestartMs).unref();
    });
    opened.postMessage(jobIds);
    return opened;
  }

  return {
    tell(news) {
      const isStart = news.length > jobIds.length;
      jobIds = news;
      // A handler may compute without a pause from its first moment; that a job has ended can wait until the next one starts.
      if (isStart) return thread.postMessage(jobIds);
      later ??= setTimeout(() => {
        later = undefined;
        thread.postMessage(jobIds);
      }, pace.minPingIntervalMs).unref();
    },
    async close() {
      isClosed = true;
      clearTimeout(restart);
      clearTimeout(later);
      await thread.terminate();
    },
  };
}

/** What the thread is started with; undefined when no signs of life are wanted. */
export function pingStart({ pingUrl, apiKey, pingIntervalMs }: EndpointSettings, pace: Pace): PingStart | undefined {
  if (pingUrl === undefined || apiKey === undefined) return undefined;
  const intervalMs = Math.max(pingIntervalMs, pace.minPingIntervalMs);
  return { url: pingUrl, apiKey, intervalMs, version: workerVersion };
}
