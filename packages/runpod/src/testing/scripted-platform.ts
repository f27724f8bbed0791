import { idPattern, workerOperations, workerParameters, type ResultBody } from "#protocol.js";
import type { Changes } from "./changes.js";
import type { RecordedRequest } from "./recorded-request.js";

/** A job as the script hands it out. One without an id or an input is bad on purpose. */
export type ScriptedJob = Readonly<Record<string, unknown>>;

/** An end that was taken: the answer was 200 and the body was good. */
export interface ReceivedEnd {
  readonly jobId: string;
  /** Milliseconds since the server was started. */
  readonly at: number;
  readonly body: ResultBody;
}

/** An answer of the worker API. */
export interface PlatformReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly text?: string;
}

/** How the platform differs from the hosted one. */
export interface PlatformOptions {
  /** How long an empty poll is held; default 1000. */
  readonly pollMs?: number;
  /** Results with more bytes are answered 400, as the hosted service does; default 20 000 000. */
  readonly maxResultBytes?: number;
}

/** The platform's side of the worker API, with jobs from a script. It holds no lease and gives no job twice. */
export interface ScriptedPlatform {
  /** Ids of the jobs that a worker was given, in order. */
  readonly handedOut: readonly string[];
  /** First good ends, by job id. */
  readonly ends: ReadonlyMap<string, ReceivedEnd>;
  /** Jobs that no worker was given. */
  readonly queue: readonly ScriptedJob[];
  add(...jobs: readonly ScriptedJob[]): void;
  /** Tells the worker to stop a job. */
  stopJob(id: string): void;
  reply(request: RecordedRequest): Promise<PlatformReply>;
}

/** A platform without jobs. */
export function createPlatform({ changed, when }: Changes, options: PlatformOptions = {}): ScriptedPlatform {
  const { pollMs = 1_000, maxResultBytes = 20_000_000 } = options;
  const queue: ScriptedJob[] = [];
  const stops: string[] = [];
  const handedOut: string[] = [];
  const ends = new Map<string, ReceivedEnd>();

  /** Whether there is something to say before the poll ends, and somebody to say it to. */
  const isWorthTelling = async (request: RecordedRequest, waiting: readonly unknown[]): Promise<boolean> => {
    await when(() => waiting.length > 0 || request.isClosed(), pollMs);
    return waiting.length > 0 && !request.isClosed();
  };

  const take = async (request: RecordedRequest): Promise<PlatformReply> => {
    if (!(await isWorthTelling(request, queue))) return nothing;
    const isBatch = request.operation === workerOperations.takeBatch;
    const jobs = queue.splice(0, isBatch ? Number(new Map(request.query).get(workerParameters.batchSize)) : 1);
    handedOut.push(...jobs.map((job) => job["id"]).filter((id) => typeof id === "string"));
    return json(isBatch ? jobs : jobs[0]);
  };

  const stop = async (request: RecordedRequest): Promise<PlatformReply> =>
    (await isWorthTelling(request, stops)) ? json({ jobsToStop: stops.splice(0) }) : nothing;

  const done = ({ jobId = "", body, at }: RecordedRequest): PlatformReply => {
    if (!handedOut.includes(jobId)) return unknown;
    const result = Buffer.byteLength(body) > maxResultBytes ? undefined : parseResult(body);
    if (result === undefined) return { status: 400 };
    if (result.status === undefined && !ends.has(jobId)) ends.set(jobId, { jobId, at, body: result });
    return json({});
  };

  const replies: Readonly<Record<string, (request: RecordedRequest) => PlatformReply | Promise<PlatformReply>>> = {
    [workerOperations.take]: take,
    [workerOperations.takeBatch]: take,
    [workerOperations.stop]: stop,
    [workerOperations.done]: done,
    [workerOperations.stream]: ({ jobId = "" }) => (handedOut.includes(jobId) ? json({}) : unknown),
    [workerOperations.ping]: () => json({}),
  };

  return {
    handedOut,
    ends,
    queue,
    add: (...jobs) => {
      queue.push(...jobs);
      changed();
    },
    stopJob: (id) => {
      stops.push(id);
      changed();
    },
    reply: async (request) => (idPattern.test(request.workerId) && replies[request.operation]?.(request)) || unknown,
  };
}

const nothing: PlatformReply = { status: 204 };
const unknown: PlatformReply = { status: 404 };

function json(value: unknown): PlatformReply {
  return { status: 200, headers: { "content-type": "application/json" }, text: JSON.stringify(value) };
}

/** What a body says; undefined when it is no JSON, as a bare `NaN` is not. */
export function parseResult(body: string): ResultBody | undefined {
  try {
    return JSON.parse(body) as ResultBody;
  } catch {
    return undefined;
  }
}
