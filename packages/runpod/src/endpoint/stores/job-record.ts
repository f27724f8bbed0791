import type { JobStatus } from "#protocol.js";

/** JSON as text. Jobs pass through the endpoint as their workers and clients wrote them. */
export type JsonText = string;

/** A job as a store keeps it. All times are milliseconds of the endpoint's own clock. */
export interface JobRecord {
  readonly endpointId: string;
  readonly id: string;
  readonly status: JobStatus;
  readonly input: JsonText;
  readonly webhook?: string;
  /** Members of the request that are only passed on to the worker, as one JSON object. */
  readonly passedOn?: JsonText;
  readonly lowPriority: boolean;
  readonly executionTimeoutMs: number;
  /** Forgotten at this time, whatever its state. */
  readonly expiresAt: number;
  /** How long it is kept after its end. */
  readonly keepResultMs: number;
  /** While it runs: the last progress. After its end: the result. */
  readonly output?: JsonText;
  readonly error?: JsonText;
  /** When it was submitted, or retried by its owner. */
  readonly createdAt: number;
  /** When its present, or last, attempt began. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  /** Who has it, or had it last. */
  readonly workerId?: string;
  /** While it runs: without a sign of life until then, it is given to another worker. */
  readonly leaseUntil?: number;
  /** Times it was taken since it was submitted, or retried by its owner. */
  readonly attempts: number;
  /** Times it was taken from a worker that fell silent, since it was submitted, or retried by its owner. */
  readonly takeovers: number;
}

/** What a job comes in with. */
type Submitted =
  | "endpointId"
  | "id"
  | "input"
  | "webhook"
  | "passedOn"
  | "lowPriority"
  | "executionTimeoutMs"
  | "expiresAt"
  | "keepResultMs"
  | "createdAt";

/** A job that comes in. */
export interface NewJob extends Pick<JobRecord, Submitted> {
  /** The same key gives the same job for as long as that is kept. */
  readonly idempotencyKey?: string;
}

/** How a job ended, as its worker or the endpoint says. */
export type JobEnd =
  | { readonly status: "COMPLETED"; readonly output?: JsonText }
  | { readonly status: "FAILED"; readonly error: JsonText; readonly output?: JsonText };
