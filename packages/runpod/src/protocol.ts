/**
 * RunPod's own spellings: every route, environment variable, body, status, header and limit of the serverless protocol.
 * Nothing else in this repository spells them.
 *
 * Sources, named after each fact: [PY] runpod-python 1.12.0, files below `runpod/serverless/modules/`; [DOCS] runpod/docs
 * a900806 of 2026-08-20; [JS] npm runpod-sdk 1.1.2; [GO] runpod/go-sdk b8aca78; [MCP] runpod/runpod-mcp 3.2.0; "observed":
 * seen on the wire of the Python SDK 1.12.0.
 */

// ---- Jobs -----------------------------------------------------------------------------------------------------------

/** States of a job, in the order of its life ([DOCS] send-requests.mdx). */
export const jobStatuses = ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"] as const;

/** State of a job. [DOCS] also lists `RUNNING`, which no client knows. */
export type JobStatus = (typeof jobStatuses)[number];

/** States that a job leaves only by `/retry`. */
export const terminalStatuses = ["COMPLETED", "FAILED", "CANCELLED", "TIMED_OUT"] as const satisfies JobStatus[];

/** A state in which a job has ended. */
export type TerminalStatus = (typeof terminalStatuses)[number];

/** Whether a job in this state has ended. */
export function isTerminal(status: JobStatus): status is TerminalStatus {
  return (terminalStatuses as readonly JobStatus[]).includes(status);
}

/** States from which `/retry` puts a job back into the queue ([DOCS] send-requests.mdx). */
export const retryableStatuses = ["FAILED", "TIMED_OUT"] as const satisfies JobStatus[];

/** Job ids of `/runsync` begin so. */
export const syncJobPrefix = "sync-";

/** What may stand in a job id or a worker id, as a path segment and as a file name; theirs are a UUID with a region suffix such as `-u1`. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** How long a job may wait and run. */
export interface JobPolicy {
  /** Milliseconds from its start; 5 s to 7 days; default 600 000 ([DOCS] send-requests.mdx). */
  readonly executionTimeout?: number;
  /** Milliseconds from its submission after which it is forgotten, even while it runs; 10 s to 7 days; default 86 400 000. */
  readonly ttl?: number;
  /** Never makes the endpoint start another worker; default false. */
  readonly lowPriority?: boolean;
}

/** Body of `/run` and `/runsync`. */
export interface JobRequest<Input = unknown> {
  readonly input: Input;
  /** Is sent a `WebhookBody` when the job has ended, whatever its end (runpod-python#409). */
  readonly webhook?: string;
  readonly policy?: JobPolicy;
  /** Handed to the worker as it is. */
  readonly s3Config?: Readonly<Record<string, unknown>>;
}

/** Answer of `/run`, `/cancel` and `/retry`, and of `/runsync` whose wait ran out. */
export interface JobReply {
  readonly id: string;
  readonly status: JobStatus;
}

/** Answer of `/status`, `/status-sync` and `/runsync`. */
export interface JobState<Output = unknown> extends JobReply {
  /** The result; while the job is in progress, the last progress that the handler reported. */
  readonly output?: Output;
  /** Of a failed job: text, or what the handler gave. */
  readonly error?: unknown;
  /** Milliseconds from submission to start. */
  readonly delayTime?: number;
  /** Milliseconds from start to end. */
  readonly executionTime?: number;
  readonly workerId?: string;
  /** Times it was given to another worker ([GO] types). */
  readonly retries?: number;
}

/** Answer of `/stream`: what came since the last call, and is not given again. [DOCS] shows a bare array; clients need this. */
export interface StreamReply<Chunk = unknown> {
  readonly status: JobStatus;
  readonly stream: readonly { readonly output: Chunk }[];
}

/** Answer of `/purge-queue`. */
export interface PurgeReply {
  /** Jobs that were waiting and are gone. */
  readonly removed: number;
  readonly status: "completed";
}

/** Answer of `/health`. */
export interface HealthReply {
  readonly jobs: {
    readonly completed: number;
    readonly failed: number;
    readonly inProgress: number;
    readonly inQueue: number;
    readonly retried: number;
  };
  readonly workers: {
    readonly idle: number;
    readonly initializing: number;
    readonly ready: number;
    readonly running: number;
    readonly throttled: number;
  };
}

/** What a job's webhook is sent ([DOCS] send-requests.mdx; runpod-python#409 shows one that was captured). */
export interface WebhookBody<Output = unknown> extends JobState<Output> {
  readonly input: unknown;
  readonly webhook: string;
}

/** Operations of the job API, by the first word of their path. */
export const jobOperations = {
  run: "run",
  runSync: "runsync",
  status: "status",
  statusSync: "status-sync",
  stream: "stream",
  cancel: "cancel",
  retry: "retry",
  purgeQueue: "purge-queue",
  health: "health",
} as const;

/** What Python's `AsyncioEndpoint` calls for `purgeQueue` ([PY] endpoint/asyncio/asyncio_runner.py). */
export const purgeQueueAlias = "purge";

/** Base of the hosted job API. */
export const hostedBaseUrl = "https://api.runpod.ai/v2";

/** Path of both APIs below a server: `/v2/ENDPOINT/OPERATION...`. */
export const apiPrefix = "v2";

/** Query parameter of `/runsync`, `/status-sync` and `/stream`: milliseconds to wait, 1000 to 300 000. */
export const waitParameter = "wait";

/** Limits of the hosted service. */
export const hostedLimits = {
  /** Body of `/run`, and its result. [DOCS] */
  runBodyBytes: 10_000_000,
  /** Body of `/runsync`, and its result. [DOCS] */
  runSyncBodyBytes: 20_000_000,
  /** One streamed chunk. [DOCS] */
  streamChunkBytes: 1_000_000,
  minWaitMs: 1_000,
  maxWaitMs: 300_000,
  /** `/runsync` without `wait`. [DOCS] */
  defaultWaitMs: 90_000,
  /** `/stream` without `wait` holds an empty answer so long. [MCP] src/tools/jobs.ts */
  defaultStreamWaitMs: 10_000,
  defaultExecutionTimeoutMs: 600_000,
  minExecutionTimeoutMs: 5_000,
  maxExecutionTimeoutMs: 7 * 86_400_000,
  defaultTtlMs: 86_400_000,
  minTtlMs: 10_000,
  maxTtlMs: 7 * 86_400_000,
  /** A result of `/run` is kept so long. [DOCS] */
  runResultMs: 30 * 60_000,
  /** A result of `/runsync` is kept so long. [DOCS] */
  runSyncResultMs: 60_000,
  /** Deliveries of one webhook in all; "up to 2 more". [DOCS] */
  webhookAttempts: 3,
  /** Between two deliveries. [DOCS] */
  webhookDelayMs: 10_000,
} as const;

/** Requests that the hosted service takes in ten seconds, and at the same time, by operation ([DOCS] send-requests.mdx). */
export const hostedRateLimits = {
  run: { requests: 1_000, windowMs: 10_000, concurrent: 200 },
  runsync: { requests: 2_000, windowMs: 10_000, concurrent: 400 },
  status: { requests: 2_000, windowMs: 10_000, concurrent: 400 },
  stream: { requests: 2_000, windowMs: 10_000, concurrent: 400 },
  cancel: { requests: 100, windowMs: 10_000, concurrent: 20 },
  "purge-queue": { requests: 2, windowMs: 10_000, concurrent: 1 },
} as const;

// ---- Workers --------------------------------------------------------------------------------------------------------

/** Environment variables that a worker reads, by what they mean. */
export const workerVariables = {
  /** Where jobs are taken; unset: the worker is not behind an endpoint. [PY] rp_job.py */
  takeUrl: "RUNPOD_WEBHOOK_GET_JOB",
  /** Where results and progress go. [PY] rp_http.py */
  doneUrl: "RUNPOD_WEBHOOK_POST_OUTPUT",
  /** Where streamed chunks go. [PY] rp_http.py */
  streamUrl: "RUNPOD_WEBHOOK_POST_STREAM",
  /** Where signs of life go. [PY] rp_ping.py */
  pingUrl: "RUNPOD_WEBHOOK_PING",
  /** Milliseconds between two signs of life, default 10 000. The SDK divides by 1000 and drops the rest. [PY] rp_ping.py */
  pingIntervalMs: "RUNPOD_PING_INTERVAL",
  /** Sent raw as `Authorization`, without `Bearer` (observed). */
  apiKey: "RUNPOD_AI_API_KEY",
  /** The worker's id. [PY] worker_state.py */
  workerId: "RUNPOD_POD_ID",
  endpointId: "RUNPOD_ENDPOINT_ID",
  /** Goes into error reports. [PY] rp_job.py */
  hostName: "RUNPOD_POD_HOSTNAME",
  gpuTypeId: "RUNPOD_GPU_TYPE_ID",
  /** `NOTSET`, `DEBUG`, `INFO`, `WARN` or `ERROR`; default DEBUG in the SDK. [PY] rp_logger.py */
  logLevel: "RUNPOD_LOG_LEVEL",
  /** Read when `logLevel` is unset. [PY] rp_logger.py */
  debugLevel: "RUNPOD_DEBUG_LEVEL",
  /** `true` skips the checks that the SDK makes before its first poll (1.9.0 and newer). [PY] rp_fitness.py */
  skipSystemChecks: "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS",
  /** `true` skips the part of them that needs a GPU. [PY] rp_fitness.py */
  skipGpuCheck: "RUNPOD_SKIP_GPU_CHECK",
  /** Non-zero: the SDK serves `/realtime` at this port. [PY] worker.py */
  realtimePort: "RUNPOD_REALTIME_PORT",
  /** Seconds after which a worker that has not started counts as unhealthy. [DOCS] optimization.mdx */
  initTimeoutSeconds: "RUNPOD_INIT_TIMEOUT",
} as const;

/** Environment variables of the S3 upload helper ([PY] utils/rp_upload.py). */
export const bucketVariables = {
  endpointUrl: "BUCKET_ENDPOINT_URL",
  accessKeyId: "BUCKET_ACCESS_KEY_ID",
  secretAccessKey: "BUCKET_SECRET_ACCESS_KEY",
  /** Our addition: the SDK's helper takes the bucket as an argument and names it by the month else (runpod-python#275). */
  name: "BUCKET_NAME",
} as const;

/** Environment variables that a client reads. */
export const clientVariables = {
  apiKey: "RUNPOD_API_KEY",
  /** Redirects the Python client ([PY] runpod/__init__.py). */
  baseUrl: "RUNPOD_ENDPOINT_BASE_URL",
} as const;

/** Placeholders in the URLs that a worker is given. */
export const placeholders = {
  /** The worker's id in `takeUrl`, the job's id in `doneUrl` and `streamUrl` (observed). */
  id: "$ID",
  workerId: "$RUNPOD_POD_ID",
  gpuTypeId: "$RUNPOD_GPU_TYPE_ID",
} as const;

/** Operations of the worker API, by the first word of their path. */
export const workerOperations = {
  take: "job-take",
  takeBatch: "job-take-batch",
  done: "job-done",
  stream: "job-stream",
  stop: "job-stop",
  ping: "ping",
} as const;

/** Query parameters of the worker API. */
export const workerParameters = {
  /** `1` while the worker runs a job, else `0`. On `job-take`. */
  isBusy: "job_in_progress",
  /** Most jobs wanted. On `job-take-batch`. */
  batchSize: "batch_size",
  /** `true` on the last result of a generator. On `job-done`; always `false` on `job-stream` (observed). */
  isStream: "isStream",
  /** Jobs in work, separated by commas; absent when idle. On `ping`. */
  jobIds: "job_id",
  version: "runpod_version",
  /** `unhealthy`, with `check` and `reason`, from a worker that gives up (1.11.0 and newer). On `ping`. */
  status: "status",
  check: "check",
  reason: "reason",
  gpu: "gpu",
  /** Our addition, on `job-stream`: the chunk's number from 0, so that a chunk that is sent again is not kept twice. */
  sequence: "sequence",
} as const;

/** What the SDK says of every 400 to `job-take` ([PY] rp_job.py); in the answer itself, it means that there is no job. */
export const flashBootNotice = "expected when FlashBoot is enabled";

/** Facts of the reference worker's timing. */
export const workerTiming = {
  defaultPingIntervalMs: 10_000,
  /** A poll for a job, or for a stop, is given up after this long. [PY] rp_job.py */
  takeTimeoutMs: 90_000,
  /** A request of any kind. [PY] http_client.py */
  requestTimeoutMs: 600_000,
  /** Pause after 429 on `job-take`. [PY] rp_scale.py */
  tooManyRequestsMs: 5_000,
} as const;

/** A job as `job-take` hands it out. Other members are passed on to the handler. */
export interface TakenJob {
  readonly id: string;
  readonly input: unknown;
  readonly webhook?: string;
  readonly [member: string]: unknown;
}

/**
 * Body of `job-done`, sent as JSON text with `Content-Type: application/x-www-form-urlencoded` (observed): parse it as JSON,
 * whatever its type says. With `status`, it is progress and not a result.
 */
export interface ResultBody {
  readonly output?: unknown;
  readonly error?: unknown;
  /** Progress; never comes after the result here, and may there (runpod-python#250). */
  readonly status?: "IN_PROGRESS";
  /** The worker asks to be stopped after this job. */
  readonly stopPod?: boolean;
}

/** Body of `job-stream`. */
export interface ChunkBody {
  readonly output: unknown;
}

/** Answer of `job-stop`. */
export interface StopReply {
  readonly jobsToStop: readonly string[];
}

/** The text in a failed job's `error`, as JSON, when the handler threw ([PY] rp_job.py). */
export interface HandlerErrorReport {
  readonly error_type: string;
  readonly error_message: string;
  readonly error_traceback: string;
  readonly hostname: string;
  readonly worker_id: string;
  readonly runpod_version: string;
}

/** Members of a handler's result that say something of the job and do not belong to its output ([PY] rp_job.py). */
export const resultMembers = { error: "error", refreshWorker: "refresh_worker" } as const;

/** Content type of a result (observed). */
export const resultContentType = "application/x-www-form-urlencoded";

/** Header that names the job of a result. The SDK leaks it into later requests (observed): never key on it. */
export const requestIdHeader = "x-request-id";

/** Our addition: on `/run` and `/runsync`, the same value gives the same job for as long as that is kept. */
export const idempotencyHeader = "idempotency-key";

/** Words of a worker's command line ([PY] rp_args.py). */
export const workerFlags = {
  testInput: "--test_input",
  serveApi: "--rp_serve_api",
  apiPort: "--rp_api_port",
  apiHost: "--rp_api_host",
  apiConcurrency: "--rp_api_concurrency",
  logLevel: "--rp_log_level",
  debugger: "--rp_debugger",
} as const;

/** File in the working directory that a worker without an endpoint reads its one job from. */
export const testInputFile = "test_input.json";

/** Id of the job of `--test_input`. */
export const testJobId = "local_test";

/** Port and host of the local API ([PY] rp_args.py). */
export const localApi = { port: 8000, host: "localhost" } as const;

/** What a worker's environment says of its endpoint. */
export interface WorkerAddress {
  /** Such as `http://127.0.0.1:8080`, without a trailing slash. */
  readonly serverUrl: string;
  readonly endpointId: string;
  readonly workerId: string;
  readonly apiKey: string;
  readonly pingIntervalMs: number;
}

/**
 * The environment that any worker, theirs or ours, needs to work for an endpoint. Every URL carries a query, because the SDK
 * appends `&name=value` as text (observed).
 */
export function workerEnvironment(address: WorkerAddress): Readonly<Record<string, string>> {
  const { serverUrl, endpointId, workerId, apiKey, pingIntervalMs } = address;
  const base = `${serverUrl}/${apiPrefix}/${endpointId}`;
  const { take, done, stream, ping } = workerOperations;
  const { id, workerId: worker } = placeholders;
  const query = `?${workerParameters.gpu}=local`;
  return {
    [workerVariables.takeUrl]: `${base}/${take}/${id}${query}`,
    [workerVariables.doneUrl]: `${base}/${done}/${worker}/${id}${query}`,
    [workerVariables.streamUrl]: `${base}/${stream}/${worker}/${id}${query}`,
    [workerVariables.pingUrl]: `${base}/${ping}/${worker}${query}`,
    [workerVariables.pingIntervalMs]: String(pingIntervalMs),
    [workerVariables.apiKey]: apiKey,
    [workerVariables.workerId]: workerId,
    [workerVariables.endpointId]: endpointId,
    [workerVariables.skipSystemChecks]: "true",
    [workerVariables.skipGpuCheck]: "true",
  };
}

// ---- Platform -------------------------------------------------------------------------------------------------------

/** What the platform allows an image and its deployment; each with its source of 2026-11-22. */
export const platformLimits = {
  /** `docker build` of a GitHub build. [DOCS] github-integration.mdx */
  buildStepSeconds: 1_800,
  /** Whole window of a GitHub build. [DOCS] github-integration.mdx */
  buildWindowSeconds: 9_600,
  /** Largest image of a GitHub build, decimal GB. [DOCS] github-integration.mdx */
  imageGB: 80,
  /** A worker that takes longer to start counts as unhealthy. [DOCS] optimization.mdx */
  initSeconds: 420,
  /** Default of a template. [DOCS] api-reference/openapi.json */
  containerDiskGB: 50,
  /** Default of an endpoint made by the REST API, where the console has 600. [DOCS] api-reference-v2/openapi.json */
  restExecutionTimeoutSeconds: 300,
  /** [DOCS] load-balancing */
  loadBalancerRequestSeconds: 330,
  /** [DOCS] load-balancing */
  loadBalancerBodyBytes: 30_000_000,
} as const;

/** Where a network volume is mounted ([DOCS] storage). */
export const volumePaths = { serverless: "/runpod-volume", pod: "/workspace" } as const;
