import { EventEmitter } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { defaultPace, type Pace } from "#worker/seams.js";
import type { ServeOptions, WorkerLogLine } from "#worker/serve-options.js";
import { serveWith } from "#worker/serve.js";
import { startFakeEndpoint, type FakeEndpoint } from "./fake-endpoint.js";

/** Waits of a millisecond or two, and no chance. */
export const quickPace: Pace = {
  ...defaultPace,
  backOffFirstMs: 1,
  backOffMaxMs: 2,
  badRequestMaxMs: 2,
  tooManyRequestsMs: 1,
  emptyFirstMs: 1,
  emptyMaxMs: 1,
  stopPauseMs: 1,
  settleMs: 50,
  minPingIntervalMs: 20,
  pingRestartMs: 1,
  random: () => 1,
};

/** A worker under test. */
export interface TestWorker {
  /** Its exit status. */
  readonly ended: Promise<number>;
  /** Its process: emit `SIGTERM`, `exit`, `uncaughtException`. */
  readonly process: EventEmitter;
  readonly lines: readonly WorkerLogLine[];
  readonly spoolFolder: string;
}

/** An endpoint that is closed after the test. */
export async function testEndpoint(): Promise<FakeEndpoint> {
  const endpoint = await startFakeEndpoint();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

/** A folder that is removed after the test. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "runpod-worker-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a worker of the endpoint; ends it after the test. */
export async function startWorker(
  endpoint: Pick<FakeEndpoint, "env">,
  options: ServeOptions,
  pace: Partial<Pace> = {},
): Promise<TestWorker> {
  const lines: WorkerLogLine[] = [];
  const process = new EventEmitter();
  const spoolFolder = options.spoolFolder ?? (await testFolder());
  const log = (line: WorkerLogLine): void => void lines.push(line);
  const seams = { pace: { ...quickPace, ...pace }, process, print: () => Promise.resolve() };
  const ended = serveWith({ env: endpoint.env, argv: [], log, ...options, spoolFolder }, seams);
  onTestFinished(async () => {
    process.emit("SIGTERM");
    process.emit("SIGTERM");
    await ended;
  });
  return { ended, process, lines, spoolFolder };
}

/** A promise and what settles it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
