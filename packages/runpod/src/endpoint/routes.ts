import { hostedLimits, jobOperations, purgeQueueAlias, workerOperations } from "#protocol.js";
import { cancel } from "./api/jobs/cancel.js";
import { health } from "./api/jobs/health.js";
import { purgeQueue } from "./api/jobs/purge-queue.js";
import { retry } from "./api/jobs/retry.js";
import { runSync } from "./api/jobs/run-sync.js";
import { run } from "./api/jobs/run.js";
import { statusSync } from "./api/jobs/status-sync.js";
import { status } from "./api/jobs/status.js";
import { stream } from "./api/jobs/stream.js";
import { jobDone } from "./api/workers/job-done.js";
import { jobStop } from "./api/workers/job-stop.js";
import { jobStream } from "./api/workers/job-stream.js";
import { jobTake, jobTakeBatch } from "./api/workers/job-take.js";
import { ping } from "./api/workers/ping.js";
import type { Handler } from "./call.js";
import type { Settings } from "./settings.js";

/** Who may call an operation. */
export type Caller = "client" | "worker";

/** One operation of the endpoint. */
export interface Route {
  /** The first word of its path, and the name of its rate limit. */
  readonly operation: string;
  readonly caller: Caller;
  readonly methods: readonly string[];
  /** What its path holds after the operation. */
  readonly ids: readonly ("job" | "worker")[];
  readonly maxBodyBytes: (settings: Settings) => number;
  readonly handler: Handler;
}

/** Bytes of `{"output":}` and white space around a chunk. */
const chunkEnvelopeBytes = 1_000;

/** Bodies that nobody reads: clients send `{}`, `null` or nothing. */
const unread = () => 0;

const get = ["GET"];
const post = ["POST"];
/** The Go SDK sends POST where the others send GET ([GO] endpoint.go). */
const getOrPost = ["GET", "POST"];

const jobs = jobOperations;
const workers = workerOperations;
const client = { caller: "client", maxBodyBytes: unread, ids: [] } as const;
const worker = { caller: "worker", maxBodyBytes: unread, ids: ["worker"] } as const;

const all: readonly Route[] = [
  { ...client, operation: jobs.run, methods: post, maxBodyBytes: (settings) => settings.maxRunBodyBytes, handler: run },
  {
    ...client,
    operation: jobs.runSync,
    methods: post,
    maxBodyBytes: (settings) => settings.maxRunSyncBodyBytes,
    handler: runSync,
  },
  { ...client, operation: jobs.status, methods: getOrPost, ids: ["job"], handler: status },
  { ...client, operation: jobs.statusSync, methods: getOrPost, ids: ["job"], handler: statusSync },
  { ...client, operation: jobs.stream, methods: getOrPost, ids: ["job"], handler: stream },
  { ...client, operation: jobs.cancel, methods: post, ids: ["job"], handler: cancel },
  { ...client, operation: jobs.retry, methods: post, ids: ["job"], handler: retry },
  { ...client, operation: jobs.purgeQueue, methods: post, handler: purgeQueue },
  { ...client, operation: jobs.health, methods: get, handler: health },
  { ...worker, operation: workers.take, methods: get, handler: jobTake },
  { ...worker, operation: workers.takeBatch, methods: get, handler: jobTakeBatch },
  {
    ...worker,
    operation: workers.done,
    methods: post,
    ids: ["worker", "job"],
    maxBodyBytes: resultBytes,
    handler: jobDone,
  },
  {
    ...worker,
    operation: workers.stream,
    methods: post,
    ids: ["worker", "job"],
    maxBodyBytes: chunkBytes,
    handler: jobStream,
  },
  { ...worker, operation: workers.stop, methods: get, handler: jobStop },
  { ...worker, operation: workers.ping, methods: get, handler: ping },
];

const byOperation = new Map(all.map((route) => [route.operation, route]));

/** The operation that a path's first word asks for. */
export function routeOf(word: string): Route | undefined {
  return byOperation.get(word === purgeQueueAlias ? jobs.purgeQueue : word);
}

function resultBytes(settings: Settings): number {
  return settings.maxRunSyncBodyBytes;
}

function chunkBytes(): number {
  return hostedLimits.streamChunkBytes + chunkEnvelopeBytes;
}
