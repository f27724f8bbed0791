import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workerOperations, workerParameters } from "#protocol.js";
import type { Contender, WorkerStart } from "#testing/contenders.js";
import type { RecordedRequest } from "#testing/recorded-request.js";
import { startRecordingServer, type RecordingServer } from "#testing/recording-server.js";
import type { ScriptedJob } from "#testing/scripted-platform.js";

/** Everything one worker said in one part of the script, and how it ended. */
export interface Trace {
  readonly part: string;
  readonly requests: readonly RecordedRequest[];
  /** Such as `0 after SIGTERM`, or `0 of its own accord`. */
  readonly exit: string;
}

/** Runs the whole script with one worker library: jobs of every kind, idle polls, idle and busy pings, a stop, an end. */
export async function recordTraces(contender: Contender): Promise<readonly Trace[]> {
  return Promise.all(script.map((part) => recordTrace(contender, part)));
}

interface ScriptPart {
  readonly name: string;
  readonly worker?: Partial<WorkerStart>;
  readonly jobs: readonly ScriptedJob[];
  /** A job that is stopped once it runs. */
  readonly stopped?: string;
  /** Whether it may end of its own accord after its jobs, so that there are no idle polls. */
  readonly mayEnd?: boolean;
}

const progress = { updates: [1, { step: 2 }, "3 of 3"], wait_time: 0.4 };
const values = ["first", { second: 2 }, 3];

const script: readonly ScriptPart[] = [
  {
    name: "plain",
    jobs: [
      { id: "text", input: { mock_return: "text" } },
      { id: "object", input: { mock_return: { list: [1, 2.5, null, true], text: "ä\u2028\u0000" } } },
      { id: "empty-object", input: { mock_return: {} } },
      { id: "null", input: { mock_return: null } },
      { id: "false", input: { mock_return: false } },
      { id: "error-member", input: { mock_return: { error: "told", rest: 1 } } },
      { id: "error-object", input: { mock_return: { error: { code: 7 } } } },
      { id: "exception", input: { mock_error: true } },
      { id: "progress", input: { mock_progress: progress, mock_return: "done" } },
      { id: "long", input: { mock_delay: 2.5, mock_return: "done" } },
    ],
  },
  { name: "generator", worker: { kind: "generator" }, jobs: [{ id: "values", input: { mock_return: values } }] },
  {
    name: "generator, aggregate",
    worker: { kind: "async-generator", isAggregate: true },
    jobs: [
      { id: "values-aggregate", input: { mock_return: values } },
      { id: "values-error", input: { mock_return: ["first", { error: "told" }, "never"] } },
      { id: "values-exception", input: { mock_error: true } },
    ],
  },
  {
    name: "several at once",
    worker: { kind: "async", concurrency: 3 },
    jobs: [
      { id: "stopped", input: { mock_delay: 60 } },
      { id: "beside", input: { mock_delay: 1.5 } },
    ],
    stopped: "stopped",
  },
  {
    name: "refreshed by option",
    worker: { isRefreshed: true },
    jobs: [{ id: "refresh-option", input: { mock_return: "value" } }],
    mayEnd: true,
  },
  {
    name: "refreshed by a result",
    jobs: [{ id: "refresh-member", input: { mock_refresh: true, mock_return: "value" } }],
    mayEnd: true,
  },
];

/** The SDK lets its open polls end first, and waits a second after the one for stops. */
const ownAccordMs = 6_000;

async function recordTrace(contender: Contender, part: ScriptPart): Promise<Trace> {
  const server = await startRecordingServer({ pollMs: 300 });
  const spoolFolder = await mkdtemp(join(tmpdir(), "understudy-trace-"));
  const address = { serverUrl: server.url, endpointId: "endpoint", workerId: "worker-1", spoolFolder };
  server.platform.add(...part.jobs);
  const worker = contender.start({ ...address, ...part.worker });
  try {
    await play(server, part);
    if (part.mayEnd === true) await server.when(() => !worker.isRunning(), ownAccordMs);
    const isRunning = worker.isRunning();
    if (isRunning) worker.stop("SIGTERM");
    const { code } = await worker.exited;
    const exit = `${code} ${isRunning ? "after SIGTERM" : "of its own accord"}`;
    return { part: part.name, requests: server.requests, exit };
  } catch (error) {
    throw new Error(`${contender.name}: ${worker.stderr()}${worker.stdout()}`, { cause: error });
  } finally {
    await worker.kill();
    await server.close();
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

async function play(server: RecordingServer, part: ScriptPart): Promise<void> {
  const { platform, requests } = server;
  const wait = async (what: string, condition: () => boolean) => {
    if (!(await server.when(condition, 60_000))) throw new Error(`Part "${part.name}" waits for ${what}.`);
  };
  const asked = (operation: string) => requests.filter((request) => request.operation === operation).length;
  const ended = part.jobs.map(({ id }) => String(id)).filter((id) => id !== part.stopped);
  await wait("ends", () => ended.every((id) => platform.ends.has(id)));
  if (part.mayEnd === true) return;
  if (part.stopped !== undefined) {
    // The SDK drops a stop that comes before the job has begun: it comes once a poll says that there is a job.
    await wait("a poll beside the job", () => requests.some(isBusyBatchPoll));
    platform.stopJob(part.stopped);
  }
  const { take, takeBatch, stop, ping } = workerOperations;
  const before = { polls: asked(take) + asked(takeBatch), stops: asked(stop), pings: asked(ping) };
  await wait("idle polls", () => asked(take) + asked(takeBatch) >= before.polls + 2);
  await wait("idle stop polls", () => asked(stop) >= before.stops + 2);
  await wait("idle pings", () => asked(ping) >= before.pings + 2);
}

function isBusyBatchPoll({ operation, query }: RecordedRequest): boolean {
  return operation === workerOperations.takeBatch && new Map(query).get(workerParameters.isBusy) === "1";
}
